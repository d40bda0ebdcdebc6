package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import dev.retort.space.image.VisionTransformerFamily;
import java.util.List;
import java.util.Optional;

/**
 * What ViT and DeiT have in common as transformers saves them: one layout but for the names'
 * beginning. Absent keys have the defaults of transformers' {@code ViTConfig} and {@code
 * DeiTConfig}, which are the same. Tensors have the names that {@code save_pretrained} writes, in
 * transformers 5 still those of 4.
 */
abstract sealed class VisionTransformerModel implements HuggingFaceModel
    permits DeitModel, VitModel {
  private static final double LAYER_NORM_EPS = 1e-12;

  /** The constraint of this rule, which is BERT's too: heads x head-size is the hidden width. */
  private static final String SAME_WIDTH = "hf-bert";

  /** What the encoder's tensors begin with, {@code vit.} or {@code deit.}. */
  private String prefix() {
    return type() + ".";
  }

  /**
   * The heads that tensors show.
   *
   * @return the values of {@code tokens} and, for none, of {@code classes}
   */
  abstract ImmutableMap<String, Value> heads(Contents contents);

  /** The name of transformers' class for an architecture that can be written. */
  abstract String className(Architecture architecture);

  @Override
  public String family() {
    return VisionTransformerFamily.VIT.name();
  }

  @Override
  public boolean images() {
    return true;
  }

  @Override
  public Described read(ConfigFile config) {
    config.requireWord(
        "hidden_act", "gelu", "the exact GELU is the only activation that Retort computes");
    config.requireNothing("pruned_heads", "heads were pruned from single layers");
    config.requireNothing("quantization_config", "the weights are quantized; use the float model");
    int hidden = config.integer("hidden_size", 768, 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 12, 1, 1024);
    if (!config.has("head_dim") && hidden % heads != 0) {
      throw config.refuse(
          "num_attention_heads", heads + ", which does not divide hidden_size " + hidden);
    }
    int patch = square(config, "patch_size", 16, 1);
    ImmutableMap.Builder<String, Value> values = ImmutableMap.builder();
    values.put("hidden", Value.of(hidden));
    values.put("heads", Value.of(heads));
    // transformers 5 takes it; transformers 4 knows no width but the hidden one.
    values.put(
        "head-size", Value.of(config.integer("head_dim", Math.max(1, hidden / heads), 1, 1 << 16)));
    values.put("layers", Value.of(config.integer("num_hidden_layers", 12, 1, 1000)));
    values.put("intermediate", Value.of(config.integer("intermediate_size", 3072, 1, 1 << 20)));
    values.put("patch", Value.of(patch));
    values.put("resolution", Value.of(square(config, "image_size", 224, patch)));
    values.put("channels", Value.of(config.integer("num_channels", 3, 1, 1024)));
    values.put("qkv-bias", Value.of(config.truth("qkv_bias", true) ? "yes" : "no"));
    values.put(
        "norm-epsilon",
        Value.of(config.decimal("layer_norm_eps", LAYER_NORM_EPS, Double.MIN_VALUE, 0.1)));
    return new Read(this, values.buildOrThrow(), config.labels());
  }

  /** A number of pixels a side: one number, or two that are the same. */
  private static int square(ConfigFile config, String key, int standard, int least) {
    JsonNode found = config.given(key);
    int most = 1 << 14;
    if (found == null || !found.isArray()) {
      return config.integer(key, standard, least, most);
    }
    ImmutableList<Integer> sides = config.integers(key, List.of(standard), least, most);
    if (sides.size() != 2 || !sides.get(0).equals(sides.get(1))) {
      throw config.refuse(
          key,
          ConfigFile.shown(found)
              + "; one number, or two that are the same, is needed: Retort looks at squares");
    }
    return sides.get(0);
  }

  /** What a file says. */
  private record Read(
      VisionTransformerModel model,
      ImmutableMap<String, Value> values,
      ImmutableList<String> labels)
      implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      String name = fileName.startsWith("embeddings.")
              || fileName.startsWith("encoder.")
              || fileName.startsWith("layernorm.")
              || fileName.startsWith("pooler.")
          ? model.prefix() + fileName
          : fileName;
      // The encoder's pooler is no part of a classifier; the other is for training with masks.
      return name.startsWith(model.prefix() + "pooler.")
              || name.equals(model.prefix() + "embeddings.mask_token")
          ? Optional.empty()
          : Optional.of(name);
    }

    @Override
    public Architecture architecture(Contents contents) {
      return Architecture.of(
          VisionTransformerFamily.VIT,
          ImmutableMap.<String, Value>builder()
              .putAll(values)
              .put("classes", Value.of(labels.size()))
              .putAll(model.heads(contents))
              .buildKeepingLast());
    }
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    String name = "Hugging Face's " + (type().equals("vit") ? "ViT" : "DeiT");
    if (architecture.differs("heads")) {
      return Optional.of(new Refusal("its heads differ from layer to layer", "heads", SAME_WIDTH));
    }
    if (architecture.differs(architecture.has("ratio") ? "ratio" : "intermediate")) {
      return refuse("its feed-forward width differs from layer to layer", "ratio");
    }
    int heads = architecture.integer("heads", 0);
    int headSize = architecture.integer("head-size");
    int hidden = architecture.integer("hidden");
    if (heads * headSize != hidden) {
      return Optional.of(new Refusal(
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its hidden size is " + hidden + ", and " + name
              + " has the two equal",
          "heads or head-size",
          SAME_WIDTH));
    }
    if (VisionTransformerFamily.relative(architecture)) {
      return refuse(
          "it has relative positions, " + name + " has none", "relative-positions (to none)");
    }
    if (architecture.word("pooling").equals("mean") && architecture.integer("classes") > 0) {
      return refuse(
          "its classifier takes the mean over the patches, " + name + "'s the class token",
          "pooling (to class)");
    }
    if (!VisionTransformerFamily.prefix(architecture).equals(prefix())) {
      return refuse(
          type().equals("vit")
              ? "it has a distillation token, " + name + " has none"
              : "it has no distillation token, " + name + " has one",
          "tokens");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, null));
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures").add(className(architecture));
    json.put("attention_probs_dropout_prob", 0.0);
    json.put("hidden_act", "gelu");
    json.put("hidden_dropout_prob", 0.0);
    json.put("hidden_size", architecture.integer("hidden"));
    json.put("image_size", architecture.integer("resolution"));
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", TransformerDimensions.intermediate(architecture, 0));
    json.put("layer_norm_eps", architecture.number("norm-epsilon"));
    json.put("num_attention_heads", architecture.integer("heads", 0));
    json.put("num_channels", architecture.integer("channels"));
    json.put("num_hidden_layers", architecture.layers());
    json.put("patch_size", architecture.integer("patch"));
    json.put("qkv_bias", architecture.word("qkv-bias").equals("yes"));
    return json;
  }
}
