/** What costs of architectures, and searches without training, take. */
@NullMarked
package dev.retort.benchmark.cost;

import org.jspecify.annotations.NullMarked;
