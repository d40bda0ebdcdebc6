package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Gradients without DJL's gradient collector, of which there can be only one a process. Gradient
 * mode is this thread's and is put back as it was.
 */
final class GradientPass {
  private GradientPass() {}

  /** Runs a forward pass with its graph. */
  static <T> T forward(Supplier<T> pass) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return pass.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Adds the gradients of a scalar to the arrays that want them; frees its graph. */
  static void backward(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }
}
