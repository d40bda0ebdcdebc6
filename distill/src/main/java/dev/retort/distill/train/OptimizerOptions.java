package dev.retort.distill.train;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * How weights are updated.
 *
 * @param name the rule
 * @param rate peak learning rate
 * @param beta1 decay of the first moment (Adam), default 0.9
 * @param beta2 decay of the second moment (Adam), default 0.999
 * @param epsilon added to the root of the second moment (Adam), default 1e-8
 * @param momentum of SGD, default 0.9
 * @param weightDecay default 0.01; not applied to biases and normalisations
 * @param clip largest Euclidean norm of all gradients together; 0: no clipping
 * @param warmup steps over which the rate rises from 0, as a share of all steps in [0, 1)
 * @param decay how the rate falls after that
 * @param milestones of {@link Decay#STEPS}: where the rate falls, as shares of all steps,
 *     ascending; one of 1 or more is never reached; empty for the others
 * @param factor of {@link Decay#STEPS}, what the rate is multiplied by at each; default 0.1
 */
public record OptimizerOptions(
    Name name,
    double rate,
    double beta1,
    double beta2,
    double epsilon,
    double momentum,
    double weightDecay,
    double clip,
    double warmup,
    Decay decay,
    ImmutableList<Double> milestones,
    double factor) {

  /** What the rate is multiplied by at a milestone where nothing else is said. */
  public static final double FACTOR = 0.1;

  /** An update rule. */
  public enum Name {
    /** Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). */
    ADAMW,
    /** Adam (Kingma and Ba, ICLR 2015); weight decay is added to the gradient. */
    ADAM,
    /** Stochastic gradient descent with momentum; weight decay is added to the gradient. */
    SGD
  }

  /** How the learning rate falls after the warm-up. */
  public enum Decay {
    /** In a straight line to 0 at the end. */
    LINEAR,
    /** Along half a cosine to 0 at the end (Loshchilov and Hutter, ICLR 2017). */
    COSINE,
    /** Not at all. */
    CONSTANT,
    /** At once, at milestones, to a share of what it was: PyTorch's MultiStepLR. */
    STEPS
  }

  /** Checks the ranges; messages name the key of a recipe. */
  public OptimizerOptions {
    check(rate > 0 && rate < 100, "rate", rate, "above 0 and below 100");
    check(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
    check(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
    check(epsilon > 0 && epsilon < 1, "epsilon", epsilon, "above 0 and below 1");
    check(momentum >= 0 && momentum < 1, "momentum", momentum, "in [0, 1)");
    check(weightDecay >= 0 && weightDecay < 1, "weight-decay", weightDecay, "in [0, 1)");
    check(clip >= 0 && clip < Double.POSITIVE_INFINITY, "clip", clip, "0 or more");
    check(warmup >= 0 && warmup < 1, "warmup", warmup, "in [0, 1)");
    check(factor > 0 && factor < 1, "factor", factor, "above 0 and below 1");
    if (milestones.isEmpty() == (decay == Decay.STEPS)) {
      throw new IllegalArgumentException(
          "optimizer.milestones must be given with decay: steps and with no other, not ("
              + milestones + ") with (" + decay.name().toLowerCase(Locale.ROOT) + ")");
    }
    double before = 0;
    for (double each : milestones) {
      check(
          each > before && each < Double.POSITIVE_INFINITY,
          "milestones",
          each,
          "above 0 and ascending");
      before = each;
    }
  }

  /** Options whose rate does not fall at milestones. */
  public OptimizerOptions(
      Name name,
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double momentum,
      double weightDecay,
      double clip,
      double warmup,
      Decay decay) {
    this(
        name,
        rate,
        beta1,
        beta2,
        epsilon,
        momentum,
        weightDecay,
        clip,
        warmup,
        decay,
        ImmutableList.of(),
        FACTOR);
  }

  private static void check(boolean fits, String key, double value, String allowed) {
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "optimizer.%s must be %s, not (%s)", key, allowed, value));
    }
  }

  /** AdamW at a rate, with BERT's usual numbers: decay 0.01, clip 1, 10 % warm-up, linear. */
  public static OptimizerOptions adamw(double rate) {
    return new OptimizerOptions(
        Name.ADAMW, rate, 0.9, 0.999, 1e-8, 0.9, 0.01, 1, 0.1, Decay.LINEAR);
  }

  /** The learning rate of a step counted from 0, of so many. */
  public double rate(long step, long steps) {
    double warm = first(warmup, steps);
    if (step < warm) {
      return rate * (step + 1) / warm;
    }
    double progress = (step - warm) / Math.max(1, steps - warm);
    return switch (decay) {
      case LINEAR -> rate * (1 - progress);
      case COSINE -> rate * 0.5 * (1 + Math.cos(Math.PI * progress));
      case CONSTANT -> rate;
      case STEPS ->
        rate
            * Math.pow(
                factor,
                milestones.stream().filter(each -> step >= first(each, steps)).count());
    };
  }

  /** The first step that is not within a share of all. */
  private static double first(double share, long steps) {
    // A share such as 0.07 of 100 is a little above 7 in binary; that is no eighth step.
    return Math.ceil(share * steps - 1e-6);
  }
}
