package dev.retort.supernet.format;

import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MobileNetV1 with {@code conv0}, {@code block1.depthwise}, {@code block1.pointwise}, {@code
 * classifier}, batch normalisations folded into convolutions with bias, as it is read from
 * TensorFlow Lite: padding {@code same}, pixels from -1 to 1. The resolution cannot be seen in a
 * file and is taken to be 224.
 */
final class MobileNetV1Layout implements WeightLayout {
  private static final int STAGES = 5;
  private static final String TO = "mobilenet_v1.";

  @Override
  public String name() {
    return "MobileNetV1 (folded, conv0, block1.depthwise, classifier)";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    if (!shapes.has("conv0.weight") || !shapes.has("block1.depthwise.weight")) {
      return Optional.empty();
    }
    Map<String, String> prefixes = new LinkedHashMap<>();
    prefixes.put("conv0", TO + "conv_stem.convolution");
    List<Integer> depths = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    List<Integer> kernels = new ArrayList<>();
    for (int at = 1; shapes.has("block" + at + ".depthwise.weight"); at++) {
      String from = "block" + at + ".";
      prefixes.put(from + "depthwise", TO + "layer." + 2 * (at - 1) + ".convolution");
      prefixes.put(from + "pointwise", TO + "layer." + (2 * at - 1) + ".convolution");
      int out = shapes.out(from + "pointwise");
      if (widths.isEmpty() || out != widths.get(widths.size() - 1)) {
        widths.add(out);
        depths.add(0);
      }
      depths.set(depths.size() - 1, depths.get(depths.size() - 1) + 1);
      kernels.add(shapes.length(from + "depthwise.weight", 3, 4));
    }
    if (widths.size() != STAGES) {
      throw new Unfit("its blocks have the widths " + widths + ", which does not tell the " + STAGES
          + " stages apart");
    }
    Map<String, Value> values = new HashMap<>();
    values.put("stem", Value.of(shapes.out("conv0")));
    values.put("depth", VisionFiles.each(depths));
    values.put("width", VisionFiles.each(widths));
    values.put("kernel", VisionFiles.each(kernels));
    values.put("channels", Value.of(shapes.length("conv0.weight", 1, 4)));
    values.put(
        "classes", Value.of(shapes.has("classifier.weight") ? shapes.rows("classifier") : 0));
    values.put("norm", Value.of("folded"));
    values.put("padding", Value.of("same"));
    return Optional.of(new Recognised(
        VisionFiles.architecture("mobilenet-v1", values),
        Recognised.names(shapes, prefixes),
        Preprocessing.middle(0.875, 224, Filter.BILINEAR, PixelScaling.MOBILENET)));
  }
}
