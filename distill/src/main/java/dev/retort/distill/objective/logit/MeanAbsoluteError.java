package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * Mean absolute error of outputs, the L1 terms of DCKD: "Dynamic Contrastive Knowledge
 * Distillation for Efficient Image Restoration" (AAAI 2025, arXiv 2412.08939), as in
 * super-SSS/DCKD (basicsr/models/dckd_model.py).
 *
 * <p>L = mean over all entries of |y_s - y|, where y is what the labels say (the true image), or
 * what the teacher gives. Outputs may be of any shape. The gradient is 0 where the two are equal.
 * An empty batch gives 0.
 *
 * @param target what the student is held against; the labels by default
 */
public record MeanAbsoluteError(Target target) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "l1";

  private static final Option<Target> TARGET =
      Option.word("of", Target.LABELS, "what the outputs are held against");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(NAME, "mean absolute error")
      .from("DCKD, AAAI 2025")
      .reads("student outputs, labels or teacher outputs")
      .after(ObjectiveKind.Origin.TEXTBOOK, "")
      .options(TARGET)
      .make(given -> new MeanAbsoluteError(given.get(TARGET)));

  /** What outputs are held against. */
  public enum Target {
    /** The labels: numbers, such as the pixels of an image. */
    LABELS,
    /** The teacher's outputs. */
    TEACHER
  }

  /** Against the labels. */
  public MeanAbsoluteError() {
    this(Target.LABELS);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsTeacher() {
    return target == Target.TEACHER;
  }

  @Override
  public boolean readsLabels() {
    return target == Target.LABELS;
  }

  /** Reads outputs of any kind. */
  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    return new Needs(true, readsLabels(), readsTeacher(), ImmutableSet.of(), ImmutableSet.of());
  }

  /** Outputs are taken as they are, images among them. */
  @Override
  public NDArray loss(LossInputs inputs) {
    return loss(
        inputs.student().requireLogits(),
        readsTeacher() ? inputs.requireTeacher().requireLogits() : null,
        readsLabels() ? inputs.batch().labels() : null);
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray other = target == Target.TEACHER ? teacher : labels;
    if (other == null || !other.getShape().equals(student.getShape())) {
      throw new IllegalArgumentException(
          NAME + ": " + (readsTeacher() ? "the teacher's outputs" : "labels") + " have shape "
              + (other == null ? "none" : other.getShape())
              + ", needed that of the student's outputs, " + student.getShape());
    }
    NDArray fixed =
        Tensors.constant(other, student.getManager()).toType(student.getDataType(), false);
    return Distances.meanAbsolute(student, fixed);
  }
}
