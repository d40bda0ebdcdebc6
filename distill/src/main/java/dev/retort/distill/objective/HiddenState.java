package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * Mean squared error of the last hidden states, with a fit layer where the widths differ: Jiao et
 * al., "TinyBERT" (Findings of EMNLP 2020, arXiv 1909.10351); an option of AutoDistil's released
 * code (NeurIPS 2022).
 *
 * <p>L = sum over valid positions and features of (fit(h_s) - h_t)^2 / (valid positions x teacher's
 * width), over the whole batch. B batch, S sequence, H student's width. The fit layer h w^T + v is
 * linear; its extras {@code hidden-state.fit.weight} [teacher's width, H] and {@code
 * hidden-state.fit.bias} [teacher's width] are made at the largest student's width, of which a
 * narrower student uses the first columns. Without valid positions the loss is 0.
 *
 * @param fit whether there is a fit layer, true by default; without one the widths must be equal
 */
public record HiddenState(boolean fit) implements Objective {
  /** Its name in recipes. */
  public static final String NAME = "hidden-state";

  private static final String WEIGHT = NAME + ".fit.weight";
  private static final String BIAS = NAME + ".fit.bias";

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Reads the last hidden states of both.
   *
   * @throws IllegalArgumentException when the widths differ and there is no fit layer
   */
  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    if (!fit && student.integer("hidden") != teacher.integer("hidden")) {
      throw new IllegalArgumentException(NAME + ": student " + student + " is "
          + student.integer("hidden") + " wide, teacher " + teacher + " "
          + teacher.integer("hidden") + "; they must be equal, or fit: true");
    }
    return new Needs(
        false, false, true, ImmutableSet.of(last(student)), ImmutableSet.of(last(teacher)));
  }

  private static Tap last(Architecture architecture) {
    return Tap.hidden(architecture.layers());
  }

  @Override
  public ImmutableList<TensorSpec> extras(Architecture student, Architecture teacher) {
    Axis out = Axis.of("teacher-hidden", teacher.integer("hidden"));
    Axis in = Axis.of("hidden", student.integer("hidden"));
    return fit
        ? ImmutableList.of(
            TensorSpec.of(WEIGHT, TensorSpec.Role.MATRIX, out, in),
            TensorSpec.of(BIAS, TensorSpec.Role.BIAS, out))
        : ImmutableList.of();
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    NDArray student = inputs.student().tap(last(inputs.studentArchitecture()));
    NDArray teacher = inputs.requireTeacher().tap(last(inputs.teacherArchitecture()));
    NDArray weight = inputs.extras().get(WEIGHT);
    NDArray bias = inputs.extras().get(BIAS);
    if (fit && (weight == null || bias == null)) {
      throw new IllegalArgumentException(NAME + " needs its tensors " + WEIGHT + ", " + BIAS);
    }
    NDArray states =
        fit && weight != null && bias != null ? fitted(student, weight, bias) : student;
    return loss(states, teacher, inputs.batch().mask());
  }

  /**
   * Hidden states through the fit layer.
   *
   * @param states [B,S,H]
   * @param weight [teacher's width, H] or wider, of which the first H columns are used
   * @param bias [teacher's width]
   * @return [B,S,teacher's width]
   */
  public static NDArray fitted(NDArray states, NDArray weight, NDArray bias) {
    long width = states.getShape().get(2);
    if (weight.getShape().dimension() != 2
        || weight.getShape().get(1) < width
        || bias.getShape().size() != weight.getShape().get(0)) {
      throw new IllegalArgumentException(NAME + ": fit weight " + weight.getShape() + " and bias "
          + bias.getShape() + " do not fit states " + states.getShape() + "; needed [T,H] and [T]");
    }
    NDManager manager = states.getManager();
    return states.matMul(Tensors.leading(weight, width, manager).transpose()).add(bias);
  }

  /**
   * The loss of arrays of one width.
   *
   * @param student [B,S,T], through the fit layer if there is one
   * @param teacher [B,S,T], detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Checks.sequences(NAME, "hidden states", student, teacher, mask);
    if (!student.getShape().equals(teacher.getShape())) {
      throw new IllegalArgumentException(NAME + ": hidden states have shapes " + student.getShape()
          + " (student) and " + teacher.getShape() + " (teacher), needed the same width");
    }
    NDManager manager = student.getManager();
    NDArray square = student.sub(Tensors.constant(teacher, manager)).square();
    if (mask == null) {
      return Scaling.over(square.sum(), Math.max(1, square.size()));
    }
    NDArray valid = Tensors.constantFloat(mask, manager);
    NDArray count = Scaling.by(valid.sum(), student.getShape().get(2)).maximum(1f);
    return square.mul(valid.expandDims(2)).sum().div(count);
  }
}
