package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
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
 * @param decay how it falls afterwards: {@code linear} to 0 (default), {@code cosine} to 0, {@code
 *     steps}, at once at milestones, or {@code constant}: not
 * @param milestones of decay steps: optimiser steps, or shares of all of them, warm-up included, at
 *     which the rate falls; ascending; null for the others
 * @param factor of decay steps: what the rate is multiplied by at each; default 0.1; null for the
 *     others
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
    @Nullable ImmutableList<Amount> milestones,
    @Nullable Double factor,
    double weightDecay,
    double clip,
    @Nullable Double beta1,
    @Nullable Double beta2,
    @Nullable Double epsilon,
    @Nullable Double momentum) {

  /** Stands for milestones that were refused, so that what inherits them is not refused again. */
  private static final ImmutableList<Amount> HALF = ImmutableList.of(Amount.percent(50));

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
    CONSTANT,
    STEPS
  }

  /** The defaults, with a rate. */
  static OptimizerRecipe standard(double rate) {
    return new OptimizerRecipe(
        Rule.ADAMW,
        rate,
        Amount.percent(10),
        Decay.LINEAR,
        null,
        null,
        0.01,
        1,
        0.9,
        0.999,
        1e-8,
        null);
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
    double rate = section.decimal("rate", standard.rate, Interval.BELOW_HUNDRED);
    Decay decay = section.word("decay", standard.decay);
    boolean steps = decay == Decay.STEPS;
    OptimizerRecipe read = new OptimizerRecipe(
        name,
        rate,
        warmup,
        decay,
        steps ? milestones(section, standard.milestones) : null,
        steps
            ? or(section, "factor", standard.factor, OptimizerOptions.FACTOR, Interval.EPSILON)
            : null,
        section.decimal("weight-decay", standard.weightDecay, Interval.BELOW_ONE),
        section.decimal("clip", standard.clip, Interval.NOT_NEGATIVE),
        sgd ? null : or(section, "beta1", standard.beta1, 0.9, Interval.BELOW_ONE),
        sgd ? null : or(section, "beta2", standard.beta2, 0.999, Interval.BELOW_ONE),
        sgd ? null : or(section, "epsilon", standard.epsilon, 1e-8, Interval.EPSILON),
        sgd ? or(section, "momentum", standard.momentum, 0.9, Interval.BELOW_ONE) : null);
    section.close();
    return read;
  }

  private static @Nullable ImmutableList<Amount> milestones(
      Section section, @Nullable ImmutableList<Amount> standard) {
    if (!section.has("milestones") && standard != null) {
      return standard;
    }
    String form = "steps or shares of all, ascending, such as [30%, 60%, 90%]";
    ImmutableList.Builder<Amount> read = ImmutableList.builder();
    Amount before = Amount.NONE;
    for (String text : section.texts("milestones", ImmutableList.of(), form)) {
      Amount each;
      try {
        each = Amount.parse(text);
      } catch (IllegalArgumentException e) {
        section.mistake("milestones", "found " + YamlTree.shown(text) + "; allowed: " + form);
        return HALF;
      }
      boolean alike = before.equals(Amount.NONE) || before.percent() == each.percent();
      if (each.value() == 0 || alike && each.value() <= before.value()) {
        section.mistake("milestones", "found " + each + "; allowed: " + form);
        return HALF;
      }
      before = each;
      read.add(each);
    }
    ImmutableList<Amount> all = read.build();
    if (all.isEmpty()) {
      section.mistake(
          "milestones",
          "found none; allowed with decay: steps: " + form + "; say where the rate falls");
    }
    return all.isEmpty() ? HALF : all;
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
        Math.min(share(warmup, steps), (steps - 0.5) / steps),
        OptimizerOptions.Decay.valueOf(decay.name()),
        shares(steps),
        factor == null ? OptimizerOptions.FACTOR : factor);
  }

  /** The milestones as shares; counts and shares may stand in any order once steps are known. */
  private ImmutableList<Double> shares(long steps) {
    return milestones == null
        ? ImmutableList.of()
        : milestones.stream()
            .map(each -> share(each, steps))
            .sorted()
            .distinct()
            .collect(ImmutableList.toImmutableList());
  }

  private static double share(Amount amount, long steps) {
    if (amount.percent()) {
      return amount.value() / 100;
    }
    // The optimiser rounds up, so half a step less keeps the count whatever the division rounds to.
    return amount.value() == 0 ? 0 : (amount.value() - 0.5) / steps;
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
