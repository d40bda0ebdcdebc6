package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file in which some tensors hold query, key and value one below the other, [3X,…], as PyTorch's
 * attention and timm's have them. Here each is three tensors, {@code name[0]} to {@code name[2]}.
 */
final class FusedTensors implements TensorStore {
  private static final int PARTS = 3;

  private final TensorStore store;
  private final ImmutableSet<String> fused;

  /**
   * A view of a file.
   *
   * @param fused names of tensors whose first axis is a multiple of three
   */
  FusedTensors(TensorStore store, ImmutableSet<String> fused) {
    this.store = store;
    this.fused = fused;
  }

  /** The name of a part, from 0. */
  static String part(String name, int index) {
    return name + "[" + index + "]";
  }

  @Override
  public Path path() {
    return store.path();
  }

  @Override
  public ImmutableList<TensorEntry> entries() {
    ImmutableList.Builder<TensorEntry> entries = ImmutableList.builder();
    for (TensorEntry each : store.entries()) {
      if (!fused.contains(each.name())) {
        entries.add(each);
        continue;
      }
      long[] shape = each.shape().getShape().clone();
      shape[0] /= PARTS;
      long bytes = each.bytes() / PARTS;
      for (int i = 0; i < PARTS; i++) {
        long begin = each.begin() + i * bytes;
        entries.add(new TensorEntry(
            part(each.name(), i), each.type(), new Shape(shape), begin, begin + bytes));
      }
    }
    return entries.build();
  }

  @Override
  public ImmutableMap<String, String> metadata() {
    return store.metadata();
  }

  private static int index(String name) {
    return name.charAt(name.length() - 2) - '0';
  }

  private static String whole(String name) {
    return name.endsWith("]") ? name.substring(0, name.length() - "[0]".length()) : name;
  }

  private boolean isPart(String name) {
    return name.endsWith("]") && fused.contains(whole(name));
  }

  @Override
  public NDArray load(NDManager manager, String name) {
    if (!isPart(name)) {
      return store.load(manager, name);
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDArray whole = store.load(scratch, whole(name));
      long rows = whole.getShape().get(0) / PARTS;
      NDArray part = whole
          .get(new NDIndex("{}:{}", index(name) * rows, (index(name) + 1) * rows))
          .duplicate();
      part.attach(manager);
      return part;
    }
  }

  @Override
  public float[] floats(String name) {
    if (!isPart(name)) {
      return store.floats(name);
    }
    float[] whole = store.floats(whole(name));
    int length = whole.length / PARTS;
    return Arrays.copyOfRange(whole, index(name) * length, (index(name) + 1) * length);
  }
}
