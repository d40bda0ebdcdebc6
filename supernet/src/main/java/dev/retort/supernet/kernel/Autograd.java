package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/**
 * Automatic differentiation for each thread by itself.
 *
 * <p>DJL's GradientCollector allows one training a JVM; this class uses the engine's thread-local
 * switch instead, so that several trainings run side by side. Use it in try-with-resources; it
 * restores what was before.
 */
public final class Autograd implements AutoCloseable {
  private final boolean before = JniUtils.isGradMode();

  private Autograd(boolean recording) {
    JniUtils.setGradMode(recording);
  }

  /** Records what this thread computes from arrays that require a gradient. */
  public static Autograd recording() {
    return new Autograd(true);
  }

  /** Records nothing: for teachers, evaluation and optimisers. */
  public static Autograd off() {
    return new Autograd(false);
  }

  /** Whether this thread records what it computes, as every thread does until it is told. */
  public static boolean isRecording() {
    return JniUtils.isGradMode();
  }

  /** Adds the gradient of a scalar to every array that it depends on and that requires one. */
  public static void backward(NDArray loss) {
    try (NDManager manager = loss.getManager().newSubManager()) {
      NDArray one = manager.ones(loss.getShape(), loss.getDataType());
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /**
   * A leaf that shares the memory of an array and collects a gradient of its own. A fresh leaf each
   * step tells what a step touched, and needs no zeroing.
   *
   * @param manager what the leaf belongs to
   */
  public static NDArray leaf(NDArray value, NDManager manager) {
    NDArray leaf = value.stopGradient();
    leaf.attach(manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** The gradient that a leaf has collected, or null when nothing reached it. */
  public static @Nullable NDArray gradient(NDArray leaf) {
    return JniUtils.getGradient((PtNDArray) leaf);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
