package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy with labels, the ordinary task loss; label smoothing after Szegedy et al., CVPR
 * 2016 (arXiv 1512.00567).
 *
 * <p>L = -mean_b sum_c y_bc log softmax(z_b)_c, where y is (1 - e) times the label plus e/C. B
 * batch, C classes. An empty batch gives 0. Labels are class indices [B] or shares [B,C].
 *
 * @param labelSmoothing the share e given to all classes alike, from 0 (the default) to below 1
 */
public record CrossEntropy(double labelSmoothing) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "cross-entropy";

  private static final Option<Double> SMOOTHING =
      Option.share("label-smoothing", 0, "share given to all classes alike");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(NAME, "cross-entropy with labels")
      .from("Szegedy et al., CVPR 2016 (label smoothing)")
      .reads("student logits, labels")
      .golden("kd")
      .options(SMOOTHING)
      .make(given -> new CrossEntropy(given.get(SMOOTHING)));

  /** Checks the smoothing. */
  public CrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(NAME
          + ".label-smoothing must be a number from 0 to below 1, not (" + labelSmoothing + ")");
    }
  }

  /** Without smoothing. */
  public CrossEntropy() {
    this(0);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsTeacher() {
    return false;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /**
   * The loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param labels class indices [B] or shares [B,C]
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray labels) {
    Checks.logits(NAME, "student logits", student);
    Checks.labels(NAME, labels, student);
    NDManager manager = student.getManager();
    NDArray log = student.logSoftmax(1);
    NDArray label = Tensors.constant(labels, manager);
    NDArray own = label.getShape().dimension() == 1
        ? log.gather(label.toType(DataType.INT64, false).expandDims(1), 1)
        : log.mul(label.toType(DataType.FLOAT32, false));
    NDArray hard = Tensors.meanOfRows(own).neg();
    if (labelSmoothing == 0) {
      return hard;
    }
    float smooth = (float) (labelSmoothing / student.getShape().get(1));
    return Scaling.by(hard, 1 - labelSmoothing).sub(Scaling.by(Tensors.meanOfRows(log), smooth));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(labels, NAME + " needs labels"));
  }
}
