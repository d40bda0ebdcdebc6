package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.distill.objective.procedure.ShapeModel;
import dev.retort.space.Architecture;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of ASMNet's loss ({@link dev.retort.distill.objective.procedure.AsmLoss}) that a shape
 * model makes of true landmarks: MSE(p, soft(g)), before its weight, whose fall is the term's.
 * Coordinates [B,2K].
 *
 * @param model of the training shapes
 */
record SoftShape(ShapeModel model) implements LogitObjective {
  @Override
  public String name() {
    return "soft-landmarks";
  }

  @Override
  public boolean readsTeacher() {
    return false;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    return new Needs(true, true, false, ImmutableSet.of(), ImmutableSet.of());
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray truth = Objects.requireNonNull(labels, name() + " needs landmarks");
    return new MeanSquaredError().loss(student, model.soft(truth));
  }
}
