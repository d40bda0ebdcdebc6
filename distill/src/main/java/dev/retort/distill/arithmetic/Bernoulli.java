package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Scaling;

/** Distributions of two outcomes, each by one logit x: p = 1 / (1 + exp -x). */
public final class Bernoulli {
  private Bernoulli() {}

  /** log p, without leaving what floats can hold. */
  public static NDArray log(NDArray x) {
    return softPlus(x.neg()).neg();
  }

  /** log (1 + exp x). */
  public static NDArray softPlus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }

  /** KL(teacher || student) of every entry, of logits over T; not yet times T^2. */
  public static NDArray divergence(NDArray student, NDArray teacher, double temperature) {
    NDArray own = Scaling.over(student, temperature);
    NDArray target = Scaling.over(teacher, temperature);
    NDArray yes = log(target);
    NDArray no = log(target.neg());
    return yes.exp().mul(yes.sub(log(own))).add(no.exp().mul(no.sub(log(own.neg()))));
  }

  /**
   * The mean over the rows of 1 - (2 sum(p m) + s) / (sum p + sum m + s); 0 for no row.
   *
   * @param probabilities p [B,P]
   * @param area m [B,P], 1 for the area and 0 for the rest
   * @param counted [B,P], 0 for entries that do not count, else 1
   * @param smooth s, which makes an empty area that was found empty a full agreement
   */
  public static NDArray dice(NDArray probabilities, NDArray area, NDArray counted, double smooth) {
    int[] pixels = {1};
    NDArray found = probabilities.mul(counted);
    NDArray real = area.mul(counted);
    NDArray shared = Scaling.by(found.mul(real).sum(pixels), 2);
    NDArray more = Constants.like(probabilities, smooth);
    NDArray sizes = found.sum(pixels).add(real.sum(pixels)).add(more);
    return Tensors.meanOfRows(Scaling.plus(shared.add(more).div(sizes).neg(), 1));
  }
}
