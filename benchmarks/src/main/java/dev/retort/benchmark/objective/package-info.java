/** What each objective costs beside a student's step. */
@NullMarked
package dev.retort.benchmark.objective;

import org.jspecify.annotations.NullMarked;
