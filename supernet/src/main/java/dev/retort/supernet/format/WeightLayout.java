package dev.retort.supernet.format;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import java.util.Map;
import java.util.Optional;

/** A way to lay out the weights of a network in a file by names and shapes, without any config. */
interface WeightLayout {
  /** The layouts that are known, the first that fits is taken. */
  ImmutableList<WeightLayout> ALL = ImmutableList.of(
      new ResNetLayout(),
      new MobileNetV2Layout(),
      new MobileNetV1Layout(),
      new VggLayout(),
      new VisionTransformerLayout(),
      new PublishedLayout());

  /** What it is called in messages, such as {@code ResNet by torchvision's names}. */
  String name();

  /**
   * What the file is, or empty when its names are not of this layout.
   *
   * @param shapes of the tensors by name; counters of batches left out
   * @throws Unfit when the names are of this layout, but the shapes make no such network
   */
  Optional<Recognised> recognise(TensorShapes shapes);

  /**
   * A file that was recognised.
   *
   * @param architecture what it is
   * @param names the blueprint's names by the file's, and by those of {@link FusedTensors}
   * @param images how images are prepared for such networks as a rule
   * @param fused the file's tensors that hold query, key and value
   */
  record Recognised(
      Architecture architecture,
      ImmutableMap<String, String> names,
      Preprocessing images,
      ImmutableSet<String> fused) {
    /** Without fused tensors. */
    Recognised(
        Architecture architecture, ImmutableMap<String, String> names, Preprocessing images) {
      this(architecture, names, images, ImmutableSet.of());
    }

    /** Renames by what names begin with: everything before the last dot. */
    static ImmutableMap<String, String> names(TensorShapes shapes, Map<String, String> prefixes) {
      ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
      for (String each : shapes.names()) {
        int dot = each.lastIndexOf('.');
        String prefix = dot < 0 ? null : prefixes.get(each.substring(0, dot));
        names.put(each, prefix == null ? each : prefix + each.substring(dot));
      }
      return names.buildOrThrow();
    }
  }

  /** Why a file whose names are of a layout is no network of it. */
  final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message);
    }
  }
}
