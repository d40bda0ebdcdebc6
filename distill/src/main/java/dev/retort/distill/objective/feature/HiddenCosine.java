package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * Cosine distance of hidden states: Sanh et al., "DistilBERT" (arXiv 1910.01108), as in
 * Cli212/Distiller (textbrewer/losses.py, cos_loss; He et al., SustaiNLP 2021).
 *
 * <p>L = mean over valid positions of 1 - cos(fit(h_s), h_t). B batch, S sequence, T teacher's
 * width. Of maps [B,T,H,W] every pixel is a position, of vectors [B,T] every row. A state of zeros
 * has the cosine 0 and a finite gradient. Without valid positions the loss is 0.
 *
 * @param attachment which states; the last by default
 * @param fit whether there is a fit layer, true by default; without one the widths must be equal
 */
public record HiddenCosine(Attachment attachment, boolean fit) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "cosine";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "cosine distance of hidden states")
      .from("Sanh et al., arXiv 1910.01108; He et al., SustaiNLP 2021")
      .reads("hidden states of both, mask")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .golden("distiller_objectives")
      .options(FitLayer.OPTION)
      .options(AttachmentOptions.ALL)
      .make(given -> new HiddenCosine(AttachmentOptions.of(given), given.get(FitLayer.OPTION)));

  /** Of the last states. */
  public HiddenCosine(boolean fit) {
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
    NDArray cosines = UnitVectors.cosines(rows(student), rows(Tensors.constant(teacher, manager)));
    return Distances.masked(
        Scaling.plus(cosines.neg(), 1), mask == null ? null : Tensors.constantFloat(mask, manager));
  }

  /** Features last: pixels become positions. */
  private static NDArray rows(NDArray feature) {
    Shape shape = feature.getShape();
    return shape.dimension() == 4 ? feature.transpose(0, 2, 3, 1) : feature;
  }
}
