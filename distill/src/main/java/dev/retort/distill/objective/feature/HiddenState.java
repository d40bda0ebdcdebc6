package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.supernet.kernel.Scaling;
import dev.retort.supernet.kernel.SquaredDifferences;
import org.jspecify.annotations.Nullable;

/**
 * Mean squared error of hidden states, with a fit layer where the widths differ: Jiao et al.,
 * "TinyBERT" (Findings of EMNLP 2020, arXiv 1909.10351); the hidden MSE of Distiller (He et al.,
 * SustaiNLP 2021); an option of AutoDistil's released code (NeurIPS 2022).
 *
 * <p>L = sum over valid positions and features of (fit(h_s) - h_t)^2 / (valid positions x teacher's
 * width), over the whole batch; of maps and vectors the mean over all entries. B batch, S sequence,
 * T teacher's width. Without valid positions the loss is 0.
 *
 * @param attachment which states; the last by default
 * @param fit whether there is a fit layer, true by default; without one the widths must be equal
 */
public record HiddenState(Attachment attachment, boolean fit) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "hidden-state";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "mean squared error of hidden states")
      .from(
          "Jiao et al., Findings of EMNLP 2020; He et al., SustaiNLP 2021; Xu et al., NeurIPS 2022")
      .reads("hidden states of both, mask")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "microsoft/autodistil, Cli212/Distiller")
      .golden("autodistil", "distiller_objectives")
      .options(FitLayer.OPTION)
      .options(AttachmentOptions.ALL)
      .make(given -> new HiddenState(AttachmentOptions.of(given), given.get(FitLayer.OPTION)));

  /** Of the last states. */
  public HiddenState(boolean fit) {
    this(Attachment.LAST, fit);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public NDArray loss(Features features) {
    return loss(features.student(), features.teacher(), features.mask());
  }

  /**
   * The loss of features of one shape.
   *
   * @param student [B,S,T], [B,T,height,width] or [B,T], through the fit layer if there is one
   * @param teacher the same, detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    return meanSquare(NAME, student, teacher, mask);
  }

  /** The mean over all entries that are no padding of (student - teacher)^2. */
  static NDArray meanSquare(
      String objective, NDArray student, NDArray teacher, @Nullable NDArray mask) {
    return meanSquareOf(objective, student, Tensors.constant(teacher, student.getManager()), mask);
  }

  /** The same with a target that has a graph of its own. */
  static NDArray meanSquareOf(
      String objective, NDArray student, NDArray target, @Nullable NDArray mask) {
    Checks.features(objective, student, target, mask);
    NDArray square = SquaredDifferences.of(student, target);
    if (mask == null) {
      return Distances.mean(square);
    }
    NDArray valid = Tensors.constantFloat(mask, student.getManager());
    NDArray count = Scaling.atLeast(Scaling.by(valid.sum(), student.getShape().get(2)), 1);
    // Features are summed first: the mask then meets B x S numbers, not T times as many.
    return square.sum(new int[] {2}).mul(valid).sum().div(count);
  }
}
