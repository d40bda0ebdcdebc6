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
import java.util.regex.Pattern;

/**
 * MobileNetV2 by torchvision's names ({@code features.1.conv.0.0}, {@code classifier.1}). Padding
 * cannot be seen in a file. Where batch normalisations are folded into convolutions with bias, the
 * weights are taken to come from TensorFlow Lite: padding {@code same}, pixels from -1 to 1;
 * else from torchvision: padding {@code centred}, its normalisation.
 */
final class MobileNetV2Layout implements WeightLayout {
  private static final Pattern PROJECTION =
      Pattern.compile("features\\.[0-9]+\\.conv\\.[123]\\.weight");
  private static final String TO = "mobilenet_v2.";

  @Override
  public String name() {
    return "MobileNetV2 (torchvision's names, features.1.conv.0.0, classifier.1)";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    if (!shapes.has("features.0.0.weight") || !shapes.hasLike(PROJECTION)) {
      return Optional.empty();
    }
    boolean folded = shapes.has("features.0.0.bias");
    Map<String, String> prefixes = new LinkedHashMap<>();
    unit(prefixes, "features.0.0", "features.0.1", TO + "conv_stem.first_conv");
    unit(prefixes, "features.1.conv.0.0", "features.1.conv.0.1", TO + "conv_stem.conv_3x3");
    unit(prefixes, "features.1.conv.1", "features.1.conv.2", TO + "conv_stem.reduce_1x1");
    List<Integer> depths = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    List<Double> expansions = new ArrayList<>();
    List<Integer> kernels = new ArrayList<>();
    int in = shapes.out("features.1.conv.1");
    int at = 2;
    for (; shapes.has("features." + at + ".conv.0.0.weight"); at++) {
      String from = "features." + at + ".conv.";
      String to = TO + "layer." + (at - 2) + ".";
      unit(prefixes, from + "0.0", from + "0.1", to + "expand_1x1");
      unit(prefixes, from + "1.0", from + "1.1", to + "conv_3x3");
      unit(prefixes, from + "2", from + "3", to + "reduce_1x1");
      int out = shapes.out(from + "2");
      if (widths.isEmpty() || out != widths.get(widths.size() - 1)) {
        widths.add(out);
        depths.add(0);
      }
      depths.set(depths.size() - 1, depths.get(depths.size() - 1) + 1);
      expansions.add((double) shapes.out(from + "0.0") / in);
      kernels.add(shapes.length(from + "1.0.weight", 3, 4));
      in = out;
    }
    unit(prefixes, "features." + at + ".0", "features." + at + ".1", TO + "conv_1x1");
    prefixes.put("classifier.1", "classifier");
    if (widths.size() != 6) {
      throw new Unfit("its inverted residuals have the widths " + widths
          + ", which does not tell the six stages apart");
    }
    Map<String, Value> values = new HashMap<>();
    values.put("stem", Value.of(shapes.out("features.0.0")));
    values.put("first", Value.of(shapes.out("features.1.conv.1")));
    values.put("depth", VisionFiles.each(depths));
    values.put("width", VisionFiles.each(widths));
    values.put("expansion", VisionFiles.each(expansions));
    values.put("kernel", VisionFiles.each(kernels));
    values.put("features", Value.of(shapes.out("features." + at + ".0")));
    values.put("channels", Value.of(shapes.length("features.0.0.weight", 1, 4)));
    values.put(
        "classes", Value.of(shapes.has("classifier.1.weight") ? shapes.rows("classifier.1") : 0));
    values.put("norm", Value.of(folded ? "folded" : "batch"));
    values.put("padding", Value.of(folded ? "same" : "centred"));
    return Optional.of(new Recognised(
        VisionFiles.architecture("mobilenet-v2", values),
        Recognised.names(shapes, prefixes),
        folded
            ? Preprocessing.middle(0.875, 224, Filter.BILINEAR, PixelScaling.MOBILENET)
            : Preprocessing.photo(224, Filter.BILINEAR, PixelScaling.IMAGENET)));
  }

  private static void unit(
      Map<String, String> prefixes, String convolution, String norm, String to) {
    prefixes.put(convolution, to + ".convolution");
    prefixes.put(norm, to + ".normalization");
  }
}
