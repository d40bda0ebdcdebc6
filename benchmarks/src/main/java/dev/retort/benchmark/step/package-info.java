/** What steps of a SuperLM's training take, in time and in memory. */
@NullMarked
package dev.retort.benchmark.step;

import org.jspecify.annotations.NullMarked;
