package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;

/**
 * What an objective is, for recipes, for {@code retort objectives} and for the docs.
 *
 * @param name its name in recipes
 * @param title what it is, in a few words
 * @param paper where it comes from
 * @param reads what it is computed from
 * @param options its options
 * @param origin what it was written after: whose code, or the paper alone
 * @param golden the golden-vector files that hold it, without {@code .json}; empty where it is held
 *     by finite differences and hand-computed values alone
 */
public record ObjectiveDescription(
    String name,
    String title,
    String paper,
    String reads,
    ImmutableList<Option<?>> options,
    String origin,
    ImmutableList<String> golden) {}
