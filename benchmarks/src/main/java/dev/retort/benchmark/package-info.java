/** What things cost and what they are good for, measured on the machine at hand. */
@NullMarked
package dev.retort.benchmark;

import org.jspecify.annotations.NullMarked;
