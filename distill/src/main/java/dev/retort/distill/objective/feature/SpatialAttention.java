package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Maps;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import org.jspecify.annotations.Nullable;

/**
 * AT, attention transfer: Zagoruyko and Komodakis, "Paying More Attention to Attention: Improving
 * the Performance of Convolutional Neural Networks via Attention Transfer" (ICLR 2017, arXiv
 * 1612.03928), as in megvii-research/mdistiller (distillers/AT.py).
 *
 * <p>A map's attention is a(F) = mean over its planes of |F|^p, flattened and divided by its
 * length; L = sum over the pairs of the mean over all B x P entries of (a(F_s) - a(F_t))^2. B
 * batch, P pixels. The widths may differ; of two sizes the larger is averaged down. Of hidden
 * states [B,S,H] the tokens are the pixels, and padding counts as 0. A map of zeros has an
 * attention of zeros, with a finite gradient. An empty batch gives 0. States behind a layer
 * normalisation, as BERT's, all have nearly the same energy: there is little to learn from them.
 *
 * <p>mdistiller's weight is 1000, beside cross-entropy of weight 1: {@code weight: 1000}.
 *
 * @param attachment which stages; every one by default
 * @param power p, at least 1; 2 by default
 */
public record SpatialAttention(Attachment attachment, double power) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "at";

  private static final Option<Double> POWER =
      Option.positive("power", 2, "what a map's entries are raised to, at least 1");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "where the maps of each stage are large")
      .from("Zagoruyko and Komodakis, ICLR 2017")
      .reads("features of both, mask")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "megvii-research/mdistiller")
      .options(POWER)
      .options(AttachmentOptions.all("every one (map: uniform)"))
      .make(given ->
          new SpatialAttention(AttachmentOptions.of(given, Attachment.EVERY), given.get(POWER)));

  /** Checks the power. */
  public SpatialAttention {
    if (!(power >= 1 && power < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          NAME + ".power must be a number of at least 1, not (" + power + ")");
    }
  }

  /** Of every stage, with squares. */
  public SpatialAttention() {
    this(Attachment.EVERY, 2);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean fit() {
    return false;
  }

  @Override
  public boolean sameWidth() {
    return false;
  }

  @Override
  public NDArray loss(Features features) {
    return loss(features.student(), features.teacher(), features.mask());
  }

  /**
   * The loss of one pair of features.
   *
   * @param student maps [B,D,height,width] or hidden states [B,S,H]
   * @param teacher of the same kind, any width, maps of any size; detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Shape own = student.getShape();
    Shape other = teacher.getShape();
    int dimension = own.dimension();
    if ((dimension != 3 && dimension != 4)
        || other.dimension() != dimension
        || own.get(0) != other.get(0)
        || (dimension == 3 && own.get(1) != other.get(1))) {
      throw new IllegalArgumentException(NAME + ": features have shapes " + own
          + " (student) and " + other + " (teacher), needed maps [B,D,height,width] of one B, or"
          + " hidden states [B,S,H] of one B and S");
    }
    if (mask != null && dimension == 3) {
      Checks.mask(NAME, mask, own.get(0), own.get(1));
    }
    NDManager manager = student.getManager();
    NDArray fixed = Tensors.constant(teacher, manager);
    NDArray valid = mask == null || dimension == 4 ? null : Tensors.constantFloat(mask, manager);
    return Distances.meanSquare(
        attention(Maps.averagedDown(student, fixed), valid),
        attention(Maps.averagedDown(fixed, student), valid));
  }

  /** Where a feature is large, [B,P] of length 1. */
  private NDArray attention(NDArray feature, @Nullable NDArray mask) {
    Shape shape = feature.getShape();
    int planes = shape.dimension() == 4 ? 1 : 2;
    NDArray energy = raised(feature).mean(new int[] {planes});
    NDArray pixels =
        shape.dimension() == 4 ? energy.reshape(shape.get(0), shape.get(2) * shape.get(3)) : energy;
    return UnitVectors.of(mask == null ? pixels : pixels.mul(mask), 1);
  }

  private NDArray raised(NDArray feature) {
    if (power == 2) {
      return feature.square();
    }
    NDArray exponent = feature.getManager().full(new Shape(), (float) power, feature.getDataType());
    return feature.abs().pow(exponent);
  }
}
