package dev.retort.distill.train;

import com.google.common.collect.ImmutableMap;

/**
 * What one step did.
 *
 * @param stage the stage
 * @param step counted from 1 when it is done
 * @param steps of the stage in all
 * @param loss the weighted loss, mean over the sub-networks
 * @param terms each term before its weight, mean over the sub-networks
 * @param gradientNorm before clipping
 * @param rate the learning rate
 * @param skipped whether loss or gradients were not finite and no update was made
 */
public record StepReport(
    String stage,
    long step,
    long steps,
    double loss,
    ImmutableMap<String, Double> terms,
    double gradientNorm,
    double rate,
    boolean skipped) {}
