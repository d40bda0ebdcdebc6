package dev.retort.search;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * How a candidate raced.
 *
 * @param blocks its raced score on each block that it was run on, in their order
 * @param of how many blocks there are; fewer in {@code blocks}: it was dropped
 * @param rival key of the one that it was dropped for; null: it was not dropped
 */
public record Course(ImmutableList<Double> blocks, int of, @Nullable String rival) {}
