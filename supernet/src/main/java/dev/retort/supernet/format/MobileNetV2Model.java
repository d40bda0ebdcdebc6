package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import java.util.List;
import java.util.Map;

/** MobileNetV2: {@code MobileNetV2ForImageClassification} of transformers. */
public final class MobileNetV2Model extends MobileNetModel {
  private static final int STRIDE = 32;

  @Override
  public String type() {
    return "mobilenet_v2";
  }

  @Override
  public String family() {
    return "mobilenet-v2";
  }

  @Override
  String name() {
    return "MobileNetV2";
  }

  @Override
  List<String> fixed() {
    return List.of(
        "depth", "width", "kernel", "stem", "first", "features", "stem-window", "kernel-transform");
  }

  @Override
  void read(ConfigFile file, Map<String, Value> values) {
    int stride = file.integer("output_stride", STRIDE, 1, VisionFiles.LARGEST);
    if (stride < STRIDE) {
      throw file.refuse(
          "output_stride", stride + "; " + STRIDE + " is needed: Retort dilates no convolution");
    }
    values.put("expansion", Value.of(file.decimal("expand_ratio", 6, Double.MIN_VALUE, 1024)));
    values.put("divisor", Value.of(file.integer("depth_divisible_by", 8, 1, VisionFiles.WIDEST)));
    values.put(
        "narrow-features", Value.of(file.truth("finegrained_output", true) ? "kept" : "scaled"));
    values.put(
        "first-block",
        Value.of(file.truth("first_layer_is_expansion", true) ? "plain" : "expanded"));
  }

  @Override
  void write(Architecture architecture, ObjectNode json) {
    json.put("depth_divisible_by", architecture.integer("divisor"));
    json.put("expand_ratio", architecture.number("expansion"));
    json.put("finegrained_output", architecture.word("narrow-features").equals("kept"));
    json.put("first_layer_is_expansion", architecture.word("first-block").equals("plain"));
    json.put("output_stride", STRIDE);
  }
}
