@NullMarked
package dev.retort.benchmark.guard;

import org.jspecify.annotations.NullMarked;
