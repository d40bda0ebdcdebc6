/** What networks answer and how good that is. */
@NullMarked
package dev.retort.distill.evaluate;

import org.jspecify.annotations.NullMarked;
