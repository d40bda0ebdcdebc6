package dev.retort.pipeline.recipe;

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
 * @param weightDecay default 0.01; biases and normalisations are never decayed. adam adds it to the
 *     gradient, adamw and sgd are decoupled and not, as in their papers
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
    OptimizerRecipe read = new OptimizerRecipe(
        name,
        section.decimal("rate", standard.rate, Interval.RATE),
        warmup,
        section.word("decay", standard.decay),
        section.decimal("weight-decay", standard.weightDecay, Interval.UNIT),
        section.decimal("clip", standard.clip, Interval.NOT_NEGATIVE),
        sgd ? null : or(section, "beta1", standard.beta1, 0.9, Interval.BELOW_ONE),
        sgd ? null : or(section, "beta2", standard.beta2, 0.999, Interval.BELOW_ONE),
        sgd ? null : or(section, "epsilon", standard.epsilon, 1e-8, Interval.POSITIVE),
        sgd ? or(section, "momentum", standard.momentum, 0.9, Interval.BELOW_ONE) : null);
    section.close();
    return read;
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
