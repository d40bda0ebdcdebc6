/** What the parts of a training take, each beside the limit that the machine sets it. */
@NullMarked
package dev.retort.benchmark.part;

import org.jspecify.annotations.NullMarked;
