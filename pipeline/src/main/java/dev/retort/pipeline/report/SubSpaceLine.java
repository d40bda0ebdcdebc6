package dev.retort.pipeline.report;

/**
 * One sub-space.
 *
 * @param name its name
 * @param dimensions what varies in it, such as {@code layers 2..4, hidden 16..48/16}
 * @param architectures how many architectures it holds
 * @param lowestMacs multiply-accumulates of its cheapest architecture; NaN when not known
 * @param highestMacs those of its dearest
 */
public record SubSpaceLine(
    String name, String dimensions, double architectures, double lowestMacs, double highestMacs) {}
