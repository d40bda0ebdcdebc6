package dev.retort.space.image;

import dev.retort.space.Axis;

/**
 * A convolution and the batch normalisation that goes with it, as a blueprint and a network both
 * need them.
 *
 * @param label its name in its block, such as {@code conv1}
 * @param convolution what the names of the convolution's tensors begin with
 * @param norm what the names of the normalisation's tensors begin with; empty: there is none
 * @param planes the planes that it gives
 * @param window its window
 */
public record Convolved(
    String label, String convolution, String norm, Axis planes, Window window) {}
