package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;

/** Named tensors on disk: one safetensors file, or the shards that an index lists. Thread-safe. */
public sealed interface TensorStore permits FusedTensors, SafetensorsFile, SafetensorsIndex {
  /** The file, or the index file. */
  Path path();

  /** Every tensor, in the order of its bytes; shards in the order of their names. */
  ImmutableList<TensorEntry> entries();

  /** The free text of the header; of the index for shards. */
  ImmutableMap<String, String> metadata();

  /**
   * Reads a tensor. F16, BF16 (both exactly) and F64 (rounded to nearest) become float32, whole
   * numbers int64, BOOL boolean.
   *
   * @param manager what the array is attached to
   * @param name a name in {@link #entries}
   * @throws dev.retort.space.UserException when the bytes cannot be read, or when nothing in memory
   *     can hold them: 8-bit and smaller floats, complex numbers, U64 above 2^63-1, F64 beyond
   *     float32, more than 2 GiB in memory
   * @throws IllegalArgumentException when there is no such tensor
   */
  NDArray load(NDManager manager, String name);

  /**
   * Reads a floating tensor as float32, row by row.
   *
   * @throws dev.retort.space.UserException as {@link #load}, or when it holds no floating numbers
   * @throws IllegalArgumentException when there is no such tensor
   */
  float[] floats(String name);
}
