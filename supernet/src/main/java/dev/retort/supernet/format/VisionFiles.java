package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Value;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceModel.Contents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What the files of models that look at images have in common. */
final class VisionFiles {
  /** The most pixels a side of an image. */
  static final int LARGEST = 1 << 13;

  /** The most planes of a layer. */
  static final int WIDEST = 1 << 16;

  private VisionFiles() {}

  /** An architecture of a family of the class path. */
  static Architecture architecture(String family, Map<String, Value> values) {
    Family found = Families.find(family);
    if (found == null) {
      throw new IllegalArgumentException("No family (" + family + ") on the class path");
    }
    return Architecture.of(found, values);
  }

  /** The side of the square that comes out, whatever goes in; empty where it is not one. */
  static OptionalInt side(Preprocessing images) {
    Preprocessing.Crop crop = images.crop();
    if (crop != null) {
      return crop.height() == crop.width() ? OptionalInt.of(crop.height()) : OptionalInt.empty();
    }
    Preprocessing.Resize resize = images.resize();
    return resize != null && !resize.shortSide() && resize.height() == resize.width()
        ? OptionalInt.of(resize.height())
        : OptionalInt.empty();
  }

  /** Pixels a side that the folder's images have in the end; else the standard. */
  static int resolution(Contents contents, int standard) {
    Preprocessing images = contents.images();
    return images == null ? standard : side(images).orElse(standard);
  }

  /** A number for each stage or layer, written once where all are the same. */
  static Value each(List<? extends Number> numbers) {
    List<Double> doubles = numbers.stream().map(Number::doubleValue).toList();
    return doubles.stream().distinct().count() == 1
        ? Value.of(doubles.get(0))
        : new Value.Each(ImmutableList.copyOf(doubles));
  }

  /** A number for each stage, also where all are the same: their count says how many there are. */
  static Value list(List<? extends Number> numbers) {
    return new Value.Each(
        numbers.stream().map(Number::doubleValue).collect(ImmutableList.toImmutableList()));
  }

  /**
   * The blueprint's name of a tensor whose file may lack the prefix of the base model.
   *
   * @param parts what names below the prefix begin with
   */
  static Optional<String> prefixed(String name, String prefix, List<String> parts) {
    if (name.endsWith(".num_batches_tracked")) {
      return Optional.empty();
    }
    boolean bare = parts.stream().anyMatch(name::startsWith);
    return Optional.of(bare ? prefix + name : name);
  }

  /**
   * Every tensor, and for each batch normalisation the number of batches that PyTorch counts; it is
   * written as 0, as nothing reads it where the momentum is given.
   *
   * @param scratch owns what is made for it
   */
  static Map<String, NDArray> counted(Weights weights, NDManager scratch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> {
      tensors.put(name, tensor);
      if (name.endsWith(".running_var")) {
        tensors.put(
            name.substring(0, name.length() - "running_var".length()) + "num_batches_tracked",
            scratch.create(0L));
      }
    });
    return tensors;
  }
}
