package dev.retort.distill.train;

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
    Decay decay) {

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
    CONSTANT
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
    // A share such as 0.07 of 100 is a little above 7 in binary; that is no eighth step.
    double warm = Math.ceil(warmup * steps - 1e-6);
    if (step < warm) {
      return rate * (step + 1) / warm;
    }
    double progress = (step - warm) / Math.max(1, steps - warm);
    return switch (decay) {
      case LINEAR -> rate * (1 - progress);
      case COSINE -> rate * 0.5 * (1 + Math.cos(Math.PI * progress));
      case CONSTANT -> rate;
    };
  }
}
