/** Networks that read text: the blocks of each family. */
@NullMarked
package dev.retort.supernet.text;

import org.jspecify.annotations.NullMarked;
