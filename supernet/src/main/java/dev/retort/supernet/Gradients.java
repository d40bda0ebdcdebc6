package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.TensorLists;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where backward passes that are written by hand add up the gradients of shared weights: an array
 * for each tensor that one of them has asked for, kept from step to step.
 */
public final class Gradients {
  private final NDManager manager;
  private final TensorLists lists = new TensorLists();
  private final Map<String, NDArray> arrays = new HashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  /** None yet; arrays will belong to the given manager. */
  public Gradients(NDManager manager) {
    this.manager = manager;
  }

  /** The array of a tensor, 0 when it is first asked for after {@link #clear}. */
  NDArray of(String name, Shape shape) {
    asked.add(name);
    return arrays.computeIfAbsent(name, any -> {
      NDArray array = manager.zeros(shape);
      NDScope.unregister(array);
      return array;
    });
  }

  /** What was added up since {@link #clear}, or null when nobody asked for it. */
  public @Nullable NDArray find(String name) {
    return asked.contains(name) ? arrays.get(name) : null;
  }

  /** Sets everything to 0. */
  public void clear() {
    if (!asked.isEmpty()) {
      lists.zero(asked.stream().map(arrays::get).toList());
      asked.clear();
    }
  }
}
