package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import java.util.List;
import java.util.Map;

/** MobileNetV1: {@code MobileNetV1ForImageClassification} of transformers. */
public final class MobileNetV1Model extends MobileNetModel {
  @Override
  public String type() {
    return "mobilenet_v1";
  }

  @Override
  public String family() {
    return "mobilenet-v1";
  }

  @Override
  String name() {
    return "MobileNetV1";
  }

  @Override
  List<String> fixed() {
    return List.of("depth", "width", "kernel", "stem", "kernel-transform");
  }

  @Override
  void read(ConfigFile file, Map<String, Value> values) {}

  @Override
  void write(Architecture architecture, ObjectNode json) {}
}
