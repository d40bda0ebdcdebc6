package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.supernet.kernel.Scaling;

/**
 * The loss of ASMNet, whose teacher is an active shape model: Fard, Abdollahi and Mahoor, "ASMNet:
 * A Lightweight Deep Neural Network for Face Alignment and Pose Estimation" (CVPRW 2021), as in
 * aliprf/ASMNet (Asm_assisted_loss.py).
 *
 * <p>MSE(p, g) + w(epoch) MSE(p, soft(g)), means over [B,2K] coordinates, where soft is {@link
 * ShapeModel#soft}; w is 2 in the first third of the epochs, 1 in the second, then 0.5.
 *
 * @param epochs how many there are in all, above 0; 150 by default, the authors'
 */
public record AsmLoss(int epochs) {
  /** Checks the epochs. */
  public AsmLoss {
    if (epochs < 1) {
      throw new IllegalArgumentException("Epochs must be above 0, not (" + epochs + ")");
    }
  }

  /** With the authors' default. */
  public AsmLoss() {
    this(150);
  }

  /**
   * w, the weight of the soft landmarks.
   *
   * @param epoch from 0
   */
  public double weight(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("Epochs are counted from 0, not (" + epoch + ")");
    }
    int third = epochs / 3;
    return epoch < third ? 2 : epoch < 2 * third ? 1 : 0.5;
  }

  /**
   * The loss of arrays.
   *
   * @param prediction p, [B,2K]
   * @param truth g, [B,2K]
   * @param soft the soft landmarks of the truth, [B,2K]
   * @param epoch from 0
   * @return a scalar
   */
  public NDArray loss(NDArray prediction, NDArray truth, NDArray soft, int epoch) {
    MeanSquaredError error = new MeanSquaredError();
    return error
        .loss(prediction, truth)
        .add(Scaling.by(error.loss(prediction, soft), weight(epoch)));
  }
}
