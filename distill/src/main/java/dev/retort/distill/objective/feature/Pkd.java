package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;

/**
 * PKD, patient knowledge distillation: Sun et al., "Patient Knowledge Distillation for BERT Model
 * Compression" (EMNLP 2019, arXiv 1908.09355), as in Cli212/Distiller (textbrewer/losses.py,
 * pkd_loss; He et al., SustaiNLP 2021).
 *
 * <p>With v the first token's state (a map's mean over its pixels, a vector itself) over its
 * length: L = mean_b |v_s - v_t|^2, summed over the features. B batch, S sequence, T teacher's
 * width. The mask is not read. A vector of zeros stays one, with a finite gradient. An empty batch
 * gives 0.
 *
 * @param attachment which states; the last by default. The authors take every layer but the last:
 *     {@code map: skip} or {@code layers}
 * @param fit whether there is a fit layer, true by default; without one the widths must be equal
 */
public record Pkd(Attachment attachment, boolean fit) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "pkd";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "squared distance of the first token's states, each of length 1")
      .from("Sun et al., EMNLP 2019; He et al., SustaiNLP 2021")
      .reads("hidden states of both")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .golden("distiller_objectives")
      .options(FitLayer.OPTION)
      .options(AttachmentOptions.ALL)
      .make(given -> new Pkd(AttachmentOptions.of(given), given.get(FitLayer.OPTION)));

  /** Of the last states. */
  public Pkd(boolean fit) {
    this(Attachment.LAST, fit);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The first token's state, or the mean over a map's places. */
  @Override
  public NDArray read(NDArray feature) {
    return Vectors.of(feature, null, Vectors.Tokens.FIRST);
  }

  @Override
  public NDArray loss(Features features) {
    return loss(features.student(), read(features.teacher()));
  }

  /**
   * The loss of features of one shape.
   *
   * @param student [B,S,T], [B,T,height,width] or [B,T], through the fit layer if there is one
   * @param teacher the same, detached here
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher) {
    Checks.features(NAME, student, teacher, null);
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    return Tensors.meanOfRows(unit(read(student)).sub(unit(read(fixed))).square());
  }

  private static NDArray unit(NDArray feature) {
    return UnitVectors.of(feature, 1);
  }
}
