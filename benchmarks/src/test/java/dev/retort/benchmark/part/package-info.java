/** What the parts of a training take. */
@NullMarked
package dev.retort.benchmark.part;

import org.jspecify.annotations.NullMarked;
