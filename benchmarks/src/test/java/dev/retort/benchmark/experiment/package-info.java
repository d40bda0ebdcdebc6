@NullMarked
package dev.retort.benchmark.experiment;

import org.jspecify.annotations.NullMarked;
