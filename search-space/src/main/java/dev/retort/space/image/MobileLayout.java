package dev.retort.space.image;

import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Activation;
import dev.retort.space.Axis;
import org.jspecify.annotations.Nullable;

/**
 * How a network of the MobileNet line is put together. Blueprint and network are both made of it.
 *
 * @param channels planes of the input
 * @param resolution pixels a side of the input
 * @param epsilon what batch normalisation adds to the variance
 * @param matrices whether kernels have matrices that make smaller ones of them
 * @param blocks the blocks before the head, in order
 * @param head the head
 */
public record MobileLayout(
    int channels,
    int resolution,
    float epsilon,
    boolean matrices,
    ImmutableList<Block> blocks,
    Head head) {

  /**
   * A convolution, its normalisation if it has one, and an activation.
   *
   * @param label what it does in its part: {@code expand}, {@code depthwise}, {@code project}
   * @param convolution what the convolution's tensors begin with
   * @param normalization what the batch normalisation's tensors begin with; null: it is folded in,
   *     the convolution has a bias
   * @param out what it gives
   * @param window its window
   * @param depthwise whether each plane is seen by itself
   * @param activation what is done last
   */
  public record Unit(
      String label,
      String convolution,
      @Nullable String normalization,
      Axis out,
      Window window,
      boolean depthwise,
      Activation activation) {}

  /**
   * Squeeze and excite (Hu et al., CVPR 2018), with hard sigmoid: before a part's last unit.
   *
   * @param reduce what the tensors of the first linear map begin with
   * @param expand those of the second
   * @param squeezed what lies between them
   */
  public record Squeeze(String reduce, String expand, Axis squeezed) {}

  /**
   * Units one after the other.
   *
   * @param name its name in the block; empty where the block has one part
   * @param units at least one
   * @param squeeze what is done before the last unit, or null
   * @param residual whether the input is added to the output
   */
  public record Part(
      String name, ImmutableList<Unit> units, @Nullable Squeeze squeeze, boolean residual) {}

  /**
   * A named block.
   *
   * @param name {@code stem}, {@code stage1.block0} and so on
   * @param parts its parts
   * @param stage the stage that it ends, from 1; 0: it ends none
   */
  public record Block(String name, ImmutableList<Part> parts, int stage) {}

  /**
   * The head: a last convolution, the mean of each plane, a linear map with activation, and the
   * classifier.
   *
   * @param last the last convolution, or null
   * @param features the linear map, or null
   * @param classifier what the classifier's tensors begin with
   * @param classes what it gives; null: the network ends with the mean of each plane
   */
  public record Head(
      @Nullable Unit last,
      @Nullable Features features,
      String classifier,
      @Nullable Axis classes) {}

  /**
   * A linear map behind the mean of each plane.
   *
   * @param tensor what its tensors begin with
   * @param out what it gives
   * @param bias whether it has a bias
   * @param activation what is done last
   */
  public record Features(String tensor, Axis out, boolean bias, Activation activation) {}

  /** The label of an operation of a part, such as {@code first.expand}. */
  static String label(Part part, String label) {
    return part.name().isEmpty() ? label : part.name() + "." + label;
  }

  /**
   * What every tensor's name begins with, by the place in the network that it belongs to. Places of
   * one name do the same in two networks of a family.
   */
  ImmutableBiMap<String, String> places() {
    ImmutableBiMap.Builder<String, String> places = ImmutableBiMap.builder();
    for (Block block : blocks) {
      for (Part part : block.parts()) {
        String place = block.name() + "/" + label(part, "");
        part.units().forEach(unit -> put(places, place, unit));
        Squeeze squeeze = part.squeeze();
        if (squeeze != null) {
          places.put(place + "squeeze", squeeze.reduce());
          places.put(place + "excite", squeeze.expand());
        }
      }
    }
    if (head.last() != null) {
      put(places, "head/", head.last());
    }
    if (head.features() != null) {
      places.put("head/features", head.features().tensor());
    }
    if (head.classes() != null) {
      places.put("head/classifier", head.classifier());
    }
    return places.buildOrThrow();
  }

  private static void put(ImmutableBiMap.Builder<String, String> places, String place, Unit unit) {
    places.put(place + unit.label(), unit.convolution());
    if (unit.normalization() != null) {
      places.put(place + unit.label() + "-norm", unit.normalization());
    }
  }
}
