package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * In-place operations on lists of tensors, one engine call each: what optimisers are made of. Call
 * them with {@link Autograd#off()}.
 */
public final class TensorLists {
  private final ScriptedModule module = ScriptedModule.instance();

  /**
   * One AdamW update of every parameter (Loshchilov and Hutter, ICLR 2019): decay is decoupled.
   *
   * @param steps the number of updates of each parameter, this one included, as float32 scalars
   */
  public void adamw(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      List<NDArray> steps,
      Adam numbers) {
    adam("adamw", parameters, gradients, first, second, steps, numbers);
  }

  /** One Adam update (Kingma and Ba, ICLR 2015): decay is added to the gradient. */
  public void adam(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      List<NDArray> steps,
      Adam numbers) {
    adam("adam", parameters, gradients, first, second, steps, numbers);
  }

  /** The numbers of an Adam update. */
  public record Adam(double rate, double beta1, double beta2, double decay, double epsilon) {}

  private void adam(
      String method,
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      List<NDArray> steps,
      Adam numbers) {
    run(
        method,
        parameters,
        array(parameters),
        array(gradients),
        array(first),
        array(second),
        array(steps),
        numbers.rate(),
        numbers.beta1(),
        numbers.beta2(),
        numbers.decay(),
        numbers.epsilon());
  }

  /** momentum = m * momentum + (gradient + decay * parameter); parameter -= rate * momentum. */
  public void sgd(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> momenta,
      double rate,
      double momentum,
      double decay) {
    run(
        "sgd",
        parameters,
        array(parameters),
        array(gradients),
        array(momenta),
        rate,
        momentum,
        decay);
  }

  /** Adds 1 to each. */
  public void increment(List<NDArray> counts) {
    run("count", counts, (Object) array(counts));
  }

  /** The Euclidean norm of all entries together, a scalar of the given manager. */
  public NDArray norm(List<NDArray> tensors, NDManager manager) {
    return module.run("norm", manager, (Object) array(tensors));
  }

  /** Gives each tensor the entries of the other at its place, in its own memory. */
  public void copy(List<NDArray> to, List<NDArray> from) {
    run("copy", to, array(to), array(from));
  }

  /** Multiplies every entry. */
  public void scale(List<NDArray> tensors, double factor) {
    run("scale", tensors, array(tensors), factor);
  }

  /** Sets every entry to 0, whatever it was. */
  public void zero(List<NDArray> tensors) {
    run("zero", tensors, (Object) array(tensors));
  }

  private void run(String method, List<NDArray> owners, Object... arguments) {
    try (NDManager manager = owners.get(0).getManager().newSubManager()) {
      module.run(method, manager, arguments);
    }
  }

  private static NDArray[] array(List<NDArray> tensors) {
    return tensors.toArray(NDArray[]::new);
  }
}
