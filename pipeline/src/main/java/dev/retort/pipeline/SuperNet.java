package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.supernet.SharedWeights;

/**
 * A trained SuperLM.
 *
 * @param weights what its sub-networks share
 * @param extras the tensors that objectives trained beside it, by name; not part of any student
 */
record SuperNet(SharedWeights weights, ImmutableMap<String, NDArray> extras) {}
