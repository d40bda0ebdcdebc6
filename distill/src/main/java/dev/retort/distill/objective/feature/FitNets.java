package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.ObjectiveKind;
import org.jspecify.annotations.Nullable;

/**
 * FitNets' hint: Romero et al., "FitNets: Hints for Thin Deep Nets" (ICLR 2015, arXiv 1412.6550),
 * as in megvii-research/mdistiller (distillers/FitNet.py).
 *
 * <p>L = mean over all entries of (r(F_s) - F_t)^2, r the regressor: a convolution of size 1 (a
 * linear layer of states and vectors) from the student's width to the teacher's, trained with the
 * student. Of maps of two sizes the larger is averaged down; mdistiller's regressor takes strides
 * instead, and normalises, which is not done here. Of hidden states only tokens count. B batch.
 *
 * <p>mdistiller's weight is 100, beside cross-entropy of weight 1: {@code weight: 100}. The authors
 * train hint and regressor in a stage of their own before. An empty batch, or no token, gives 0.
 *
 * @param attachment the hint's layer; layer 2 of both by default, mdistiller's (of a convolutional
 *     network its second stage)
 */
public record FitNets(Attachment attachment) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "fitnets";

  private static final Attachment HINT = Attachment.layer(2);

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "mean squared error of a middle feature behind a regressor")
      .from("Romero et al., ICLR 2015")
      .reads("features of both, mask")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "megvii-research/mdistiller")
      .options(AttachmentOptions.all("2"))
      .make(given -> new FitNets(AttachmentOptions.of(given, HINT)));

  /** Of the second layers. */
  public FitNets() {
    this(HINT);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean fit() {
    return true;
  }

  @Override
  public NDArray loss(Features features) {
    return loss(features.student(), features.teacher(), features.mask());
  }

  /**
   * The loss of features of one shape, the student's behind the regressor.
   *
   * @param student [B,T,height,width], [B,S,T] or [B,T]
   * @param teacher the same, detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    return HiddenState.meanSquare(NAME, student, teacher, mask);
  }
}
