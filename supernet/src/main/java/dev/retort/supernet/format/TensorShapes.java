package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.regex.Pattern;

/** Names and shapes of a file's tensors: all that a layout is recognised by. */
record TensorShapes(ImmutableMap<String, TensorEntry> entries) {
  /** Those of a file, without what counts batches, which no network needs. */
  static TensorShapes of(TensorStore store) {
    ImmutableMap.Builder<String, TensorEntry> entries = ImmutableMap.builder();
    for (TensorEntry each : store.entries()) {
      if (!each.name().endsWith("num_batches_tracked")) {
        entries.put(each.name(), each);
      }
    }
    return new TensorShapes(entries.buildOrThrow());
  }

  ImmutableSet<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Whether some name matches as a whole. */
  boolean hasLike(Pattern pattern) {
    return names().stream().anyMatch(each -> pattern.matcher(each).matches());
  }

  /**
   * The length of an axis of a tensor.
   *
   * @throws WeightLayout.Unfit when there is no such tensor or axis, or an impossible length
   */
  int length(String name, int axis, int axes) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw new WeightLayout.Unfit("it has no " + name);
    }
    if (entry.shape().dimension() != axes) {
      throw new WeightLayout.Unfit(
          name + " has shape " + entry.shape() + "; " + axes + " axes are needed");
    }
    long length = entry.shape().get(axis);
    if (length < 1 || length > VisionFiles.WIDEST * 4L) {
      throw new WeightLayout.Unfit(name + " has shape " + entry.shape());
    }
    return (int) length;
  }

  /** Planes that a convolution gives. */
  int out(String name) {
    return length(name + ".weight", 0, 4);
  }

  /** Rows of a linear map. */
  int rows(String name) {
    return length(name + ".weight", 0, 2);
  }
}
