/** Networks that look at images: the blocks of each family. */
@NullMarked
package dev.retort.supernet.image;

import org.jspecify.annotations.NullMarked;
