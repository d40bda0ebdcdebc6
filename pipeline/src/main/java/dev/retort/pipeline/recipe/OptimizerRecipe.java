package dev.retort.pipeline.recipe;

import dev.retort.distill.train.OptimizerOptions;
import org.jspecify.annotations.Nullable;

/**
 * How weights are moved. What a stage leaves out it takes from the stage that it inherits from.
 *
 * @param name {@code adamw} (default), {@code adam} or {@code sgd}
 * @param rate peak learning rate; default by stage: 1e-3 where a network starts from nothing, 1e-4
 *     for SuperLMs and for fine-tuning
 * @param warmup optimiser steps, or the share of all of them, over which the rate grows from 0;
 *     default 10%
 * @param decay how it falls afterwards: {@code linear} to 0 (default), {@code cosine} to 0, or
 *     {@code constant}
 * @param weightDecay default 0.01; biases and normalisations are never decayed. adamw takes it off
 *     the weights, adam and sgd add it to the gradient
 * @param clip the largest 2-norm of the gradient as a whole; default 1; 0: not clipped
 * @param beta1 of adam and adamw; default 0.9
 * @param beta2 of adam and adamw; default 0.999
 * @param epsilon of adam and adamw; default 1e-8
 * @param momentum of sgd; default 0.9
 */
public record OptimizerRecipe(
    Rule name,
    double rate,
    Amount warmup,
    Decay decay,
    double weightDecay,
    double clip,
    @Nullable Double beta1,
    @Nullable Double beta2,
    @Nullable Double epsilon,
    @Nullable Double momentum) {

  /** The update rules. */
  public enum Rule {
    ADAMW,
    ADAM,
    SGD
  }

  /** How the rate falls after the warm-up. */
  public enum Decay {
    LINEAR,
    COSINE,
    CONSTANT
  }

  /** The defaults, with a rate. */
  static OptimizerRecipe standard(double rate) {
    return new OptimizerRecipe(
        Rule.ADAMW, rate, Amount.percent(10), Decay.LINEAR, 0.01, 1, 0.9, 0.999, 1e-8, null);
  }

  static OptimizerRecipe read(Section section, OptimizerRecipe standard) {
    Rule name = section.word("name", standard.name);
    boolean sgd = name == Rule.SGD;
    Amount warmup = amount(section, "warmup", standard.warmup);
    if (warmup.percent() && warmup.value() >= 100) {
      section.mistake(
          "warmup",
          "found " + warmup + "; allowed: a count of steps, or less than 100%"
              + "; the rate must fall or stay after it");
    }
    OptimizerRecipe read = new OptimizerRecipe(
        name,
        section.decimal("rate", standard.rate, Interval.BELOW_HUNDRED),
        warmup,
        section.word("decay", standard.decay),
        section.decimal("weight-decay", standard.weightDecay, Interval.BELOW_ONE),
        section.decimal("clip", standard.clip, Interval.NOT_NEGATIVE),
        sgd ? null : or(section, "beta1", standard.beta1, 0.9, Interval.BELOW_ONE),
        sgd ? null : or(section, "beta2", standard.beta2, 0.999, Interval.BELOW_ONE),
        sgd ? null : or(section, "epsilon", standard.epsilon, 1e-8, Interval.EPSILON),
        sgd ? or(section, "momentum", standard.momentum, 0.9, Interval.BELOW_ONE) : null);
    section.close();
    return read;
  }

  /** The same for an optimiser, of a training of so many steps. */
  public OptimizerOptions options(long steps) {
    return new OptimizerOptions(
        OptimizerOptions.Name.valueOf(name.name()),
        rate,
        beta1 == null ? 0.9 : beta1,
        beta2 == null ? 0.999 : beta2,
        epsilon == null ? 1e-8 : epsilon,
        momentum == null ? 0.9 : momentum,
        weightDecay,
        clip,
        warmupShare(steps),
        OptimizerOptions.Decay.valueOf(decay.name()));
  }

  private double warmupShare(long steps) {
    if (warmup.percent()) {
      return warmup.value() / 100;
    }
    // The optimiser rounds up, so half a step less keeps the count whatever the division rounds to.
    return warmup.value() == 0 ? 0 : Math.min(warmup.value() - 0.5, steps - 0.5) / steps;
  }

  private static Double or(
      Section section, String key, @Nullable Double standard, double otherwise, Interval interval) {
    return section.decimal(key, standard == null ? otherwise : standard, interval);
  }

  static Amount amount(Section section, String key, Amount standard) {
    Amount amount = section.parsed(key, "a count, or a percentage such as 5%", Amount::parse);
    return amount == null ? standard : amount;
  }
}
