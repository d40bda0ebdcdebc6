package dev.retort.supernet.format;

import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * VGG by torchvision's names ({@code features.0}, {@code classifier.0}, {@code classifier.3},
 * {@code classifier.6}), which the blueprint has too. A gap in the numbers of {@code features} is a
 * pooling, where a stage ends.
 */
final class VggLayout implements WeightLayout {
  private static final int MOST = 1000;

  @Override
  public String name() {
    return "VGG (torchvision's names, features.0, classifier.0, classifier.6)";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    if (!shapes.has("features.0.weight") || !shapes.has("classifier.6.weight")) {
      return Optional.empty();
    }
    boolean normed = shapes.has("features.1.running_mean");
    int step = normed ? 3 : 2;
    List<Integer> depths = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int at = 0;
    while (shapes.has("features." + at + ".weight") && at < MOST) {
      int depth = 0;
      int width = shapes.out("features." + at);
      while (shapes.has("features." + at + ".weight") && at < MOST) {
        at += step;
        depth++;
      }
      depths.add(depth);
      widths.add(width);
      at++;
    }
    int last = widths.get(widths.size() - 1);
    int read = shapes.length("classifier.0.weight", 1, 2);
    int side = (int) Math.round(Math.sqrt((double) read / last));
    if (side * side * last != read) {
      throw new Unfit(
          "classifier.0 reads " + read + " numbers, which is no square of " + last + " planes");
    }
    boolean imageNet = side > 1;
    Map<String, Value> values = new HashMap<>();
    values.put("depth", VisionFiles.list(depths));
    values.put("width", VisionFiles.list(widths));
    values.put("norm", Value.of(normed ? "batch" : "none"));
    values.put("head-side", Value.of(side));
    values.put("head-width", Value.of(shapes.rows("classifier.0")));
    values.put("resolution", Value.of(imageNet ? 224 : 32));
    values.put("channels", Value.of(shapes.length("features.0.weight", 1, 4)));
    values.put("classes", Value.of(shapes.rows("classifier.6")));
    return Optional.of(new Recognised(
        VisionFiles.architecture("vgg", values),
        Recognised.names(shapes, Map.of()),
        imageNet
            ? Preprocessing.photo(224, Filter.BILINEAR, PixelScaling.IMAGENET)
            : Preprocessing.of(3, PixelScaling.IMAGENET)));
  }
}
