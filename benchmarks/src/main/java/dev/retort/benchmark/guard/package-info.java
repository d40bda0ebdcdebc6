/** Holds ratios of times against those of the last release. */
@NullMarked
package dev.retort.benchmark.guard;

import org.jspecify.annotations.NullMarked;
