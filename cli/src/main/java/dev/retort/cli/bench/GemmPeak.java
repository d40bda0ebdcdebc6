package dev.retort.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EncoderKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.function.Supplier;

/**
 * How fast this machine multiplies matrices: the best that any of the engine's libraries does on a
 * product large enough for it, with weights in the form that it wants. Nothing made of products is
 * faster than that.
 */
final class GemmPeak {
  private static final int ROWS = 2048;
  private static final int FROM = 2048;
  private static final int TO = 512;
  private static final int TRIES = 12;

  private GemmPeak() {}

  /** Billions of FLOPs a second, the best of {@value #TRIES} tries of each library. */
  static double measure(Kernels kernels) {
    try (Autograd off = Autograd.off();
        NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.randomNormal(new Shape(1, ROWS, FROM));
      NDArray weight = manager.randomNormal(new Shape(TO, FROM));
      NDArray bias = manager.zeros(new Shape(TO));
      double best = best(1, () -> kernels.linear(x, weight, bias));
      EncoderKernels encoder = kernels.encoder();
      if (encoder != null && !x.getDevice().isGpu()) {
        NDArray[] three = {weight, bias, weight, bias, weight, bias};
        EncoderKernels.Operands operands = new EncoderKernels.Operands(three, null, manager);
        best = Math.max(best, best(3, () -> {
          EncoderKernels.Projections all = encoder.projections(x, operands);
          all.query().close();
          all.key().close();
          return all.value();
        }));
      }
      return best;
    }
  }

  private static double best(int products, Supplier<NDArray> work) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      long begun = System.nanoTime();
      try (NDArray result = work.get()) {
        // A GPU has only been asked to begin.
        result.getFloat(0, 0, 0);
        best = Math.max(best, 2.0 * products * ROWS * FROM * TO / (System.nanoTime() - begun));
      }
    }
    return best;
  }
}
