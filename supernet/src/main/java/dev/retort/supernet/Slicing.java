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
  }

  /** The strategy of that name. */
  static Slicing named(String name) {
    if (name.equals(LeadingSlicing.NAME)) {
      return new LeadingSlicing();
    }
    throw new IllegalArgumentException(
        "No slicing (" + name + "); there is " + LeadingSlicing.NAME);
  }

  /** The tensor of the full network that a tensor of a sub-network takes its entries from. */
  static String source(TensorSpec tensor, Architecture sub, Architecture full) {
    return sub.family().source(tensor.name(), sub, full);
  }
}
