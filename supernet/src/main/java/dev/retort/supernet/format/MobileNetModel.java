package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.space.Property;
import dev.retort.space.Value;
import dev.retort.supernet.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What MobileNetV1 and V2 of transformers have in common: batch normalisations with an epsilon of
 * their own, {@code layer_norm_eps}, 0.001 by default, and TensorFlow's padding by default.
 */
abstract class MobileNetModel implements HuggingFaceModel {
  private static final double LARGEST_MULTIPLIER = 100;

  @Override
  public final boolean images() {
    return true;
  }

  /** The dimensions that config.json has no key for, which must be at their default. */
  abstract List<String> fixed();

  /** What is particular to a kind. */
  abstract void read(ConfigFile file, Map<String, Value> values);

  /** What is particular to a kind. */
  abstract void write(Architecture architecture, ObjectNode json);

  /** The class of transformers, without its last part. */
  abstract String name();

  @Override
  public final Described read(ConfigFile file) {
    file.requireNothing("quantization_config", "the weights are quantized; use the float model");
    Map<String, Value> values = new HashMap<>();
    values.put("channels", Value.of(file.integer("num_channels", 3, 1, 1024)));
    values.put("resolution", Value.of(file.integer("image_size", 224, 1, VisionFiles.LARGEST)));
    values.put(
        "multiplier",
        Value.of(file.decimal("depth_multiplier", 1, Double.MIN_VALUE, LARGEST_MULTIPLIER)));
    values.put("least-width", Value.of(file.integer("min_depth", 8, 1, VisionFiles.WIDEST)));
    values.put("activation", Value.of(file.word("hidden_act", "relu6", List.of("relu6", "relu"))));
    values.put("padding", Value.of(file.truth("tf_padding", true) ? "same" : "centred"));
    values.put(
        "norm-epsilon", Value.of(file.decimal("layer_norm_eps", 0.001, Double.MIN_VALUE, 0.1)));
    read(file, values);
    return new Read(this, values, file.labels());
  }

  /** What a file says. */
  private record Read(MobileNetModel model, Map<String, Value> values, ImmutableList<String> labels)
      implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      return VisionFiles.prefixed(
          fileName, model.type() + ".", List.of("conv_stem.", "layer.", "conv_1x1."));
    }

    @Override
    public Architecture architecture(Contents contents) {
      Map<String, Value> all = new HashMap<>(values);
      int pixels = (int) ((Value.Number) Objects.requireNonNull(values.get("resolution"))).value();
      all.put("resolution", Value.of(VisionFiles.resolution(contents, pixels)));
      all.put("classes", Value.of(contents.hasBelow("classifier.") ? labels.size() : 0));
      return VisionFiles.architecture(model.family(), all);
    }
  }

  @Override
  public final Optional<Refusal> refusal(Architecture architecture) {
    if (!architecture.word("norm").equals("batch")) {
      return refuse(
          "its batch normalisations are folded into its convolutions, Hugging Face's are not",
          "norm (to batch)");
    }
    if (!List.of("relu6", "relu").contains(architecture.word("activation"))) {
      return refuse(
          "its activation is " + architecture.word("activation"), "activation (to relu6 or relu)");
    }
    if (architecture.has("expansion") && architecture.differs("expansion")) {
      return refuse("its expansion differs from layer to layer", "expansion");
    }
    for (Property each : Objects.requireNonNull(Families.find(family())).properties()) {
      Value found = architecture.values().get(each.name());
      if (fixed().contains(each.name()) && !Objects.equals(found, each.standard())) {
        return refuse(
            "its " + each.name() + " is " + found + ", Hugging Face's always " + each.standard(),
            each.name() + " (to " + each.standard() + ")");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, null));
  }

  @Override
  public final ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add(name() + (labels.isEmpty() ? "Model" : "ForImageClassification"));
    json.put("depth_multiplier", architecture.number("multiplier"));
    json.put("hidden_act", architecture.word("activation"));
    json.put("image_size", architecture.integer("resolution"));
    json.put("initializer_range", 0.02);
    json.put("layer_norm_eps", architecture.number("norm-epsilon"));
    json.put("min_depth", architecture.integer("least-width"));
    json.put("num_channels", architecture.integer("channels"));
    json.put("tf_padding", architecture.word("padding").equals("same"));
    write(architecture, json);
    return json;
  }

  @Override
  public final Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    return VisionFiles.counted(weights, scratch);
  }
}
