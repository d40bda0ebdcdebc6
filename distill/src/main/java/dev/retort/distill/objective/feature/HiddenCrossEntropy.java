package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of hidden states: He et al., "Distiller: A Systematic Study of Model Distillation
 * Methods in Natural Language Processing" (SustaiNLP 2021, arXiv 2109.11105), as in
 * Cli212/Distiller (textbrewer/losses.py, hid_ce_loss).
 *
 * <p>The T features of a position are taken for logits: L = mean over valid positions of -sum_t
 * softmax(h_t) log softmax(fit(h_s)). B batch, S sequence, T teacher's width. Of maps [B,T,H,W]
 * every pixel is a position, of vectors [B,T] every row. It is a cross-entropy: not 0 where the two
 * agree. Without valid positions it is 0; states of +-10,000 are fine.
 *
 * @param attachment which states; the last by default
 * @param fit whether there is a fit layer, true by default; without one the widths must be equal
 */
public record HiddenCrossEntropy(Attachment attachment, boolean fit) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "hidden-cross-entropy";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "cross-entropy of hidden states as distributions over features")
      .from("He et al., SustaiNLP 2021")
      .reads("hidden states of both, mask")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .golden("distiller_objectives")
      .options(FitLayer.OPTION)
      .options(AttachmentOptions.ALL)
      .make(
          given -> new HiddenCrossEntropy(AttachmentOptions.of(given), given.get(FitLayer.OPTION)));

  /** Of the last states. */
  public HiddenCrossEntropy(boolean fit) {
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
    Checks.features(NAME, student, teacher, mask);
    NDManager manager = student.getManager();
    Shape shape = student.getShape();
    int features = shape.dimension() == 4 ? 1 : shape.dimension() - 1;
    NDArray positions = Tensors.constant(teacher, manager)
        .softmax(features)
        .mul(student.logSoftmax(features))
        .sum(new int[] {features})
        .neg();
    return Distances.masked(positions, mask == null ? null : Tensors.constantFloat(mask, manager));
  }
}
