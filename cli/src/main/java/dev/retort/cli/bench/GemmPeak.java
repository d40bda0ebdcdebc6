package dev.retort.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EncoderKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.function.Supplier;

/**
 * How fast this machine multiplies matrices, in billions of FLOPs a second.
 *
 * @param plain the best of square products as the engine takes them by itself, which is what
 *     {@code torch.mm} gives in Python
 * @param fastest the best that any of the engine's libraries does, also with weights laid out once
 *     in the form that it wants: nothing made of products is faster
 */
public record GemmPeak(double plain, double fastest) {
  private static final int[] SQUARES = {1024, 2048};
  private static final int ROWS = 2048;
  private static final int FROM = 2048;
  private static final int TO = 512;
  private static final int TRIES = 12;

  /** Nothing measured yet. */
  static final GemmPeak NONE = new GemmPeak(0, 0);

  /** The better of this one and of one measured now, in the precision of the kernels. */
  GemmPeak orBetter(Kernels kernels) {
    try (Autograd off = Autograd.off();
        NDManager manager = NDManager.newBaseManager()) {
      double square = plain;
      for (int size : SQUARES) {
        NDArray x = manager.randomNormal(new Shape(1, size, size));
        NDArray weight = manager.randomNormal(new Shape(size, size));
        NDArray bias = manager.zeros(new Shape(size));
        double flops = 2.0 * size * size * size;
        square = Math.max(square, best(flops, () -> kernels.linear(x, weight, bias)));
      }
      return new GemmPeak(square, Math.max(Math.max(fastest, square), packed(kernels, manager)));
    }
  }

  /** With weights that last, three of them as one; 0 where the kernels have no such form. */
  private static double packed(Kernels kernels, NDManager manager) {
    EncoderKernels encoder = kernels.encoder();
    if (encoder == null || manager.getDevice().isGpu()) {
      return 0;
    }
    NDArray x = manager.randomNormal(new Shape(1, ROWS, FROM));
    NDArray weight = manager.randomNormal(new Shape(TO, FROM));
    NDArray bias = manager.zeros(new Shape(TO));
    NDArray[] three = {weight, bias, weight, bias, weight, bias};
    EncoderKernels.Operands operands = new EncoderKernels.Operands(three, null, manager);
    return best(2.0 * 3 * ROWS * FROM * TO, () -> {
      EncoderKernels.Projections all = encoder.projections(x, operands);
      all.query().close();
      all.key().close();
      return all.value();
    });
  }

  private static double best(double flops, Supplier<NDArray> work) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      long begun = System.nanoTime();
      try (NDArray result = work.get()) {
        // A GPU has only been asked to begin.
        result.getFloat(0, 0, 0);
        best = Math.max(best, flops / (System.nanoTime() - begun));
      }
    }
    return best;
  }
}
