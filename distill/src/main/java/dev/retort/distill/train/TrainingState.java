package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;

/**
 * All that a stage needs to go on: everything else is a function of the seed and the step.
 *
 * @param step steps that are done
 * @param skipped steps in a row, up to this one, whose numbers were not finite
 * @param weights the student's tensors and those of objectives, by name
 * @param optimizer the optimiser's state, by name
 */
public record TrainingState(
    long step,
    int skipped,
    ImmutableMap<String, NDArray> weights,
    ImmutableMap<String, NDArray> optimizer) {}
