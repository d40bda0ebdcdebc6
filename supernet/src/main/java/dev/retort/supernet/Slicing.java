package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;

/** Which part of a shared tensor a sub-network takes: a named strategy. */
public interface Slicing {
  /** Its name in recipes. */
  String name();

  /**
   * A function from the shared tensor to a view of it, prepared once for an architecture.
   *
   * @throws IllegalArgumentException when the shared tensor is too small
   */
  Cut cut(TensorSpec shared, TensorSpec sub);

  /** Takes a view of a shared tensor; differentiable. The view belongs to the given manager. */
  interface Cut {
    NDArray of(NDArray shared, NDManager manager);

    /** Whether what is taken shares the tensor's memory, so that what is added to it stays. */
    default boolean isView() {
      return false;
    }
  }

  /**
   * The weights as the strategy wants them before they are shared, the same function of their
   * input; the very weights where it wants nothing. A super-net is cut from these.
   *
   * @param weights a network's weights; they stay as they are
   * @param manager what new tensors belong to
   */
  default Weights prepared(Weights weights, NDManager manager) {
    return weights;
  }

  /** The strategy of that name. */
  static Slicing named(String name) {
    return switch (name) {
      case LeadingSlicing.NAME -> new LeadingSlicing();
      case ImportanceSlicing.NAME -> new ImportanceSlicing();
      default ->
        throw new IllegalArgumentException("No slicing (" + name + "); there are "
            + LeadingSlicing.NAME + " and " + ImportanceSlicing.NAME);
    };
  }

  /** The tensor of the full network that a tensor of a sub-network takes its entries from. */
  static String source(TensorSpec tensor, Architecture sub, Architecture full) {
    return sub.family().source(tensor.name(), sub, full);
  }
}
