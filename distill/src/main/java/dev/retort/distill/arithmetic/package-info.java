/** The arithmetic that objectives read like formulas from. */
@NullMarked
package dev.retort.distill.arithmetic;

import org.jspecify.annotations.NullMarked;
