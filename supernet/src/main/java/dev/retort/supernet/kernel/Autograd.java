package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.UnaryOperator;
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
  private final @Nullable Tape tapeBefore = Tape.current();

  private Autograd(boolean recording, @Nullable Tape tape) {
    JniUtils.setGradMode(recording);
    Tape.begin(tape);
  }

  /** Records what this thread computes from arrays that require a gradient. */
  public static Autograd recording() {
    return new Autograd(true, new Tape());
  }

  /** Records nothing: for teachers, evaluation and optimisers. */
  public static Autograd off() {
    return new Autograd(false, Tape.current());
  }

  /** Whether this thread records what it computes, as every thread does until it is told. */
  public static boolean isRecording() {
    return JniUtils.isGradMode();
  }

  /**
   * Adds the gradient of a scalar to every array that it depends on and that requires one, by the
   * engine and then by the backward passes that are written by hand.
   */
  public static void backward(NDArray loss) {
    Tape tape = Tape.current();
    boolean again = tape != null && tape.handsOn();
    try (NDManager manager = loss.getManager().newSubManager()) {
      NDArray one = manager.ones(loss.getShape(), loss.getDataType());
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, again, false);
    }
    if (tape != null) {
      tape.backward();
    }
  }

  /**
   * The derivative of a scalar with regard to one array alone, as a constant. Nothing is added to
   * any leaf, and the scalar's graph stays for a later {@link #backward}.
   *
   * @param value a scalar whose graph was recorded
   * @param of an array that required a gradient when the scalar was computed from it
   * @return of the shape of {@code of}, in the manager of {@code value}; 0 where it has no
   *     influence
   */
  public static NDArray derivative(NDArray value, NDArray of) {
    return derivative("derivative", value, of);
  }

  /**
   * The derivative of a scalar with regard to one array, itself with a graph: a loss of it can be
   * taken backward a second time, to whatever the derivative depends on (the weights, say, where
   * {@code of} is the input).
   *
   * <p>DJL's own way to second derivatives, {@code backward} with {@code createGraph}, adds the
   * first derivatives to every leaf on its way; the engine's {@code autograd.grad}, called here
   * through a scripted function, gives the one that is asked for and touches no leaf. Operations
   * that the engine fused for speed may have no second derivative; the backward pass then names the
   * operation.
   *
   * @param value a scalar whose graph was recorded
   * @param of an array that required a gradient when the scalar was computed from it
   * @return of the shape of {@code of}, in the manager of {@code value}; 0 where it has no
   *     influence
   */
  public static NDArray derivativeWithGraph(NDArray value, NDArray of) {
    return derivative("derivative_with_graph", value, of);
  }

  private static NDArray derivative(String method, NDArray value, NDArray of) {
    Tape tape = Tape.current();
    if (tape != null && !tape.isEmpty()) {
      throw new IllegalStateException("Part of this graph has a backward pass that is written by"
          + " hand, which gives no single derivatives: use EagerKernels");
    }
    return ScriptedModule.instance().call(method, value, of);
  }

  /**
   * What a function gives at an array, both constants in the array's manager.
   *
   * @param value what the function gave
   * @param derivative of the sum of {@code value}, of the array's shape
   */
  public record Slope(NDArray value, NDArray derivative) {}

  /**
   * The value of a function and its derivative at an array. The function is recorded by itself, so
   * it does not matter what else this thread records, by hand or by the engine; whatever the
   * function reads beside its argument is a constant to it.
   *
   * @param at the argument; its graph is not followed
   */
  public static Slope slope(NDArray at, UnaryOperator<NDArray> function) {
    NDManager manager = at.getManager();
    try (Autograd alone = recording()) {
      NDArray leaf = leaf(at, manager);
      NDArray value = function.apply(leaf);
      NDArray derivative = derivative(value.sum(), leaf);
      NDArray fixed = value.stopGradient();
      fixed.attach(manager);
      return new Slope(fixed, derivative);
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
    Tape.begin(tapeBefore);
  }
}
