package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.supernet.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ResNet: {@code ResNetModel} and {@code ResNetForImageClassification} of transformers, basic and
 * bottleneck. Its batch normalisations add PyTorch's 1e-5, which no key can change; the resolution
 * is that of preprocessor_config.json, else 224.
 */
public final class ResNetModel implements HuggingFaceModel {
  private static final double EPSILON = 1e-5;
  private static final int REDUCTION = 4;
  private static final int RESOLUTION = 224;

  @Override
  public String type() {
    return "resnet";
  }

  @Override
  public String family() {
    return "resnet";
  }

  @Override
  public boolean images() {
    return true;
  }

  @Override
  public Described read(ConfigFile file) {
    file.requireWord("hidden_act", "relu", "Retort's residual blocks end in ReLU");
    file.requireNothing("quantization_config", "the weights are quantized; use the float model");
    ImmutableList<Integer> widths =
        file.integers("hidden_sizes", List.of(256, 512, 1024, 2048), 1, VisionFiles.WIDEST);
    ImmutableList<Integer> depths = file.integers("depths", List.of(3, 4, 6, 3), 1, 1000);
    if (widths.size() != depths.size()) {
      throw file.refuse(
          "depths",
          depths + ", of " + depths.size() + " stages, but hidden_sizes is of " + widths.size());
    }
    boolean bottleneck =
        file.word("layer_type", "bottleneck", List.of("basic", "bottleneck")).equals("bottleneck");
    if (bottleneck && widths.stream().anyMatch(each -> each % REDUCTION != 0)) {
      throw file.refuse(
          "hidden_sizes", widths + "; multiples of " + REDUCTION + " are needed in bottlenecks");
    }
    boolean early = file.truth("downsample_in_bottleneck", false);
    Map<String, Value> values = new HashMap<>();
    values.put("depth", VisionFiles.list(depths));
    values.put(
        "width",
        VisionFiles.list(
            widths.stream().map(each -> bottleneck ? each / REDUCTION : each).toList()));
    values.put("block", Value.of(bottleneck ? "bottleneck" : "basic"));
    values.put("stem", Value.of("imagenet"));
    values.put("stem-width", Value.of(file.integer("embedding_size", 64, 1, VisionFiles.WIDEST)));
    values.put("downsample", Value.of(bottleneck && early ? "1x1" : "3x3"));
    values.put("first-stride", Value.of(file.truth("downsample_in_first_stage", false) ? 2 : 1));
    values.put("channels", Value.of(file.integer("num_channels", 3, 1, 1024)));
    values.put("norm-epsilon", Value.of(EPSILON));
    return new Read(values, file.labels());
  }

  /** What a file says. */
  private record Read(Map<String, Value> values, ImmutableList<String> labels)
      implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      return VisionFiles.prefixed(fileName, "resnet.", List.of("embedder.", "encoder."));
    }

    @Override
    public Architecture architecture(Contents contents) {
      Map<String, Value> all = new HashMap<>(values);
      all.put("classes", Value.of(contents.hasBelow("classifier.") ? labels.size() : 0));
      all.put("resolution", Value.of(VisionFiles.resolution(contents, RESOLUTION)));
      return VisionFiles.architecture("resnet", all);
    }
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    boolean bottleneck = architecture.word("block").equals("bottleneck");
    int stages = architecture.family().stages(architecture);
    if (architecture.word("stem").equals("cifar")) {
      return refuse(
          "its stem is CIFAR's 3x3 convolution, Hugging Face's a 7x7 one of stride 2 and a pooling",
          "stem (to imagenet)");
    }
    if (architecture.word("shortcut").equals("padding")) {
      return refuse(
          "its shortcuts are padded with zeros, Hugging Face's are projections",
          "shortcut (to projection)");
    }
    for (int stage = 0; stage < stages; stage++) {
      if (architecture.number("inner", stage) != 1) {
        return refuse(
            "the planes inside its blocks are " + Value.of(architecture.number("inner", stage))
                + " times its width, Hugging Face's as many as it",
            "inner (to 1)");
      }
    }
    if (bottleneck && architecture.integer("expansion") != REDUCTION) {
      return refuse(
          "its bottlenecks give " + architecture.integer("expansion") + " times their width,"
              + " Hugging Face's four times",
          "expansion (to 4)");
    }
    int firstStride = architecture.integer("first-stride");
    if (firstStride > 2) {
      return refuse(
          "its first stage has stride " + firstStride + ", Hugging Face's 1 or 2",
          "first-stride (to 1 or 2)");
    }
    if (architecture.number("norm-epsilon") != EPSILON) {
      return refuse(
          "its batch normalisations add " + Value.of(architecture.number("norm-epsilon"))
              + ", Hugging Face's 0.00001",
          "norm-epsilon (to 0.00001)");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, null));
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    boolean bottleneck = architecture.word("block").equals("bottleneck");
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add(labels.isEmpty() ? "ResNetModel" : "ResNetForImageClassification");
    ArrayNode depths = json.putArray("depths");
    ArrayNode widths = json.putArray("hidden_sizes");
    ArrayNode stages = json.putArray("stage_names").add("stem");
    for (int stage = 0; stage < architecture.family().stages(architecture); stage++) {
      depths.add(architecture.integer("depth", stage));
      widths.add(architecture.integer("width", stage) * (bottleneck ? REDUCTION : 1));
      stages.add("stage" + (stage + 1));
    }
    json.put("downsample_in_bottleneck", architecture.word("downsample").equals("1x1"));
    json.put("downsample_in_first_stage", architecture.integer("first-stride") == 2);
    json.put("embedding_size", architecture.integer("stem-width"));
    json.put("hidden_act", "relu");
    json.put("layer_type", bottleneck ? "bottleneck" : "basic");
    json.put("num_channels", architecture.integer("channels"));
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    return VisionFiles.counted(weights, scratch);
  }
}
