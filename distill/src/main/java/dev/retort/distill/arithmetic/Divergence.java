package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.retort.supernet.kernel.Scaling;

/**
 * Distances between two distributions over the last axis, one number a row. C classes; leading axes
 * ({@code ..}) are kept, so [B,C] gives [B] and [B,S,V] gives [B,S].
 *
 * <p>Nothing is detached here: whoever asks decides which side learns. Everything is made of
 * log-probabilities, so that probabilities that underflow to 0 add 0 and finite logits of any size
 * give finite values and gradients. KL(a||b) = sum_c a_c (log a_c - log b_c).
 */
public final class Divergence {
  private Divergence() {}

  /**
   * log softmax(logits / T).
   *
   * @param logits [..,C]
   * @param temperature T, above 0
   * @return [..,C]
   */
  public static NDArray log(NDArray logits, double temperature) {
    NDArray scaled = temperature == 1 ? logits : Scaling.by(logits, 1 / temperature);
    return scaled.logSoftmax(-1);
  }

  /**
   * KL(p_t || p_s) with p = softmax(z/T), the usual direction: the student covers the teacher.
   *
   * @param student logits [..,C]
   * @param teacher logits [..,C]
   * @return [..], without the factor T^2
   */
  public static NDArray forward(NDArray student, NDArray teacher, double temperature) {
    return kl(log(teacher, temperature), log(student, temperature));
  }

  /** KL(p_s || p_t) with p = softmax(z/T): the student stays where the teacher is. */
  public static NDArray reverse(NDArray student, NDArray teacher, double temperature) {
    return forward(teacher, student, temperature);
  }

  /**
   * The generalised Jensen-Shannon divergence b KL(p_s||m) + (1-b) KL(p_t||m), m = b p_s + (1-b)
   * p_t; b = 0.5 is the ordinary one, 0 and 1 give 0.
   *
   * @param share b, the student's share, from 0 to 1
   */
  public static NDArray jensenShannon(
      NDArray student, NDArray teacher, double temperature, double share) {
    NDArray own = log(student, temperature);
    NDArray other = log(teacher, temperature);
    NDArray middle = mixture(own, other, share);
    return Scaling.by(kl(own, middle), share).add(Scaling.by(kl(other, middle), 1 - share));
  }

  /** Total variation: half of sum_c |p_s - p_t|. */
  public static NDArray totalVariation(NDArray student, NDArray teacher, double temperature) {
    NDArray own = log(student, temperature).exp();
    NDArray other = log(teacher, temperature).exp();
    return Scaling.by(own.sub(other).abs().sum(new int[] {-1}), 0.5);
  }

  /**
   * Skew forward: KL(p_t || k p_t + (1-k) p_s); k = 0 is {@link #forward}.
   *
   * @param skew k, the share of the distribution that is compared, from 0 to 1
   */
  public static NDArray skewForward(
      NDArray student, NDArray teacher, double temperature, double skew) {
    NDArray other = log(teacher, temperature);
    return kl(other, mixture(other, log(student, temperature), skew));
  }

  /** Skew reverse: KL(p_s || k p_s + (1-k) p_t); k = 0 is {@link #reverse}. */
  public static NDArray skewReverse(
      NDArray student, NDArray teacher, double temperature, double skew) {
    return skewForward(teacher, student, temperature, skew);
  }

  /**
   * KL(a || b) of log-probabilities.
   *
   * @param a finite log-probabilities [..,C]
   * @param b finite log-probabilities [..,C]
   * @return [..]
   */
  public static NDArray kl(NDArray a, NDArray b) {
    return a.exp().mul(a.sub(b)).sum(new int[] {-1});
  }

  /** The cross-entropy -sum_c a_c log b_c of log-probabilities: {@link #kl} plus a's entropy. */
  public static NDArray crossEntropy(NDArray a, NDArray b) {
    return a.exp().mul(b).sum(new int[] {-1}).neg();
  }

  /** The entropy -sum_c a_c log a_c of log-probabilities, in nats. */
  public static NDArray entropy(NDArray a) {
    return crossEntropy(a, a);
  }

  /**
   * log(k a + (1-k) b) of log-probabilities, by log-sum-exp.
   *
   * @param share k, the share of {@code a}, from 0 (b alone) to 1 (a alone)
   * @return [..,C]
   */
  public static NDArray mixture(NDArray a, NDArray b, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("A share must be from 0 to 1, not (" + share + ")");
    }
    if (share == 0) {
      return b;
    }
    if (share == 1) {
      return a;
    }
    NDArray one = Scaling.plus(a, Math.log(share));
    NDArray other = Scaling.plus(b, Math.log1p(-share));
    // The larger one plus log(1 + e^-gap): adding the gap itself would cancel for distant ones.
    return one.maximum(other).add(Activation.softPlus(one.sub(other).abs().neg()));
  }
}
