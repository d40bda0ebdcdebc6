/** Retort beside a Python program that does the same work. */
@NullMarked
package dev.retort.benchmark.peer;

import org.jspecify.annotations.NullMarked;
