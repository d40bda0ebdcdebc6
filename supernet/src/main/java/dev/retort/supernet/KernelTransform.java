package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Smaller kernels made of larger ones (Once for All, Cai et al., ICLR 2020, section 3.3): step by
 * step the middle of the window, a pixel narrower on each side, times a matrix that all planes of
 * the layer share and that only the super-net has. A step without a matrix is the middle alone.
 *
 * <p>The matrix of the step from 7 to 5 of {@code NAME.weight} is {@code NAME.7to5_matrix} [25,25],
 * as in the authors' state dict. O outputs, I inputs, K the window's side.
 */
final class KernelTransform {
  private static final String WEIGHT = ".weight";

  /** Axes of a kernel's window. */
  private static final int HEIGHT = 2;

  private static final int WIDTH = 3;

  private final ImmutableList<Step> steps;

  /** To a window of so many pixels a side, by a matrix of that name or none. */
  private record Step(int side, @Nullable String matrix) {}

  private KernelTransform(ImmutableList<Step> steps) {
    this.steps = steps;
  }

  /**
   * How a kernel becomes one with a smaller window, or null where no matrix has a part in it.
   *
   * @param shared the larger kernel
   * @param sub the smaller one
   * @param specs the tensors of the super-net
   */
  static @Nullable KernelTransform of(
      TensorSpec shared, TensorSpec sub, Map<String, TensorSpec> specs) {
    if (shared.role() != TensorSpec.Role.KERNEL || !shared.name().endsWith(WEIGHT)) {
      return null;
    }
    String prefix = shared.name().substring(0, shared.name().length() - WEIGHT.length()) + ".";
    int to = Math.toIntExact(sub.axes().get(HEIGHT).length());
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    boolean learnt = false;
    for (int from = Math.toIntExact(shared.axes().get(HEIGHT).length());
        from - 2 >= to;
        from -= 2) {
      String matrix = prefix + from + "to" + (from - 2) + "_matrix";
      boolean there = specs.containsKey(matrix);
      learnt |= there;
      steps.add(new Step(from - 2, there ? matrix : null));
    }
    return learnt ? new KernelTransform(steps.build()) : null;
  }

  /** The smaller kernel as it is cut before it is transformed: with the larger one's window. */
  static TensorSpec uncropped(TensorSpec shared, TensorSpec sub) {
    Axis height = shared.axes().get(HEIGHT);
    Axis width = shared.axes().get(WIDTH);
    return new TensorSpec(
        sub.name(),
        ImmutableList.of(sub.axes().get(0), sub.axes().get(1), height, width),
        sub.role());
  }

  /**
   * The kernel with the smaller window; differentiable, also in the matrices.
   *
   * @param kernel [O,I,K,K]
   * @param weights the super-net's, which have the matrices
   * @param manager what the result belongs to
   */
  NDArray of(NDArray kernel, Weights weights, NDManager manager) {
    Shape shape = kernel.getShape();
    NDArray made = kernel;
    for (Step step : steps) {
      long side = step.side();
      NDArray middle = made.get(
          manager,
          new NDIndex()
              .addSliceDim(0, shape.get(0))
              .addSliceDim(0, shape.get(1))
              .addSliceDim(1, side + 1)
              .addSliceDim(1, side + 1));
      if (step.matrix() == null) {
        made = middle;
      } else {
        NDArray matrix = weights.get(step.matrix()).transpose();
        matrix.attach(manager);
        made = middle
            .reshape(shape.get(0) * shape.get(1), side * side)
            .matMul(matrix)
            .reshape(shape.get(0), shape.get(1), side, side);
      }
    }
    return made;
  }
}
