package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Mean squared error with scores, the task loss of a regression head such as that of GLUE's STS-B
 * (Devlin et al., NAACL 2019).
 *
 * <p>L = mean (z - y)^2 over batch and outputs. The head has one output, [B,1] or [B], with scores
 * [B]; or several, [B,K], with scores [B,K]. An empty batch gives 0.
 */
public record MeanSquaredError() implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "mse";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "mean squared error with scores")
      .from("Devlin et al., NAACL 2019 (STS-B)")
      .reads("student logits, scores")
      .make(given -> new MeanSquaredError());

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

  /** Reads logits and labels of a head with any number of outputs but none. */
  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    if (student.has("classes") && student.integer("classes") < 1) {
      throw new IllegalArgumentException(NAME + ": student " + student + " has no head");
    }
    return new Needs(true, true, false, ImmutableSet.of(), ImmutableSet.of());
  }

  /**
   * The loss of arrays.
   *
   * @param predictions [B], [B,1] or [B,K]
   * @param scores as many numbers, float32: [B] or [B,K]
   * @return a scalar
   */
  public NDArray loss(NDArray predictions, NDArray scores) {
    Shape shape = predictions.getShape();
    Shape other = scores.getShape();
    boolean column = shape.size() == other.size()
        && other.dimension() == 1
        && shape.dimension() == 2
        && shape.get(0) == other.get(0);
    if (!column && !shape.equals(other)) {
      throw new IllegalArgumentException(NAME + ": predictions have shape " + shape + " and scores "
          + other + "; needed the same, or predictions [B,1] with scores [B]");
    }
    NDArray target = Tensors.constantFloat(scores, predictions.getManager()).reshape(shape);
    return Scaling.over(predictions.sub(target).square().sum(), Math.max(1, shape.size()));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(labels, NAME + " needs scores"));
  }
}
