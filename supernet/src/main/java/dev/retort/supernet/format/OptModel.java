package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.text.DecoderFamily;
import java.util.Optional;

/**
 * OPT: {@code OPTForCausalLM} and {@code OPTModel} of transformers. OPT-350M normalises what it has
 * added ({@code do_layer_norm_before: false}) and has words of another width ({@code
 * word_embed_proj_dim}).
 */
public final class OptModel implements HuggingFaceModel {
  private static final double EPSILON = 1e-5;

  @Override
  public String type() {
    return "opt";
  }

  @Override
  public String family() {
    return DecoderFamily.OPT.name();
  }

  @Override
  public Described read(ConfigFile config) {
    DecoderConfig.check(config);
    config.requireTrue(
        "layer_norm_elementwise_affine", true, "normalisations have a gain and a shift");
    int hidden = config.integer("hidden_size", 768, 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 12, 1, 1024);
    int words = config.integer("word_embed_proj_dim", hidden, 1, 1 << 16);
    return new DecoderConfig(
        DecoderFamily.OPT,
        ImmutableMap.<String, Value>builder()
            .put("hidden", Value.of(hidden))
            .put("heads", Value.of(heads))
            .put("head-size", DecoderConfig.headSize(config, "num_attention_heads", hidden, heads))
            .put("layers", Value.of(config.integer("num_hidden_layers", 12, 1, 1000)))
            .put("intermediate", Value.of(config.integer("ffn_dim", 3072, 1, 1 << 20)))
            .put("vocabulary", Value.of(config.integer("vocab_size", 50272, 1, 1 << 24)))
            .put("positions", Value.of(config.integer("max_position_embeddings", 2048, 1, 1 << 24)))
            .put("activation", DecoderConfig.activation(config, "activation_function", "relu"))
            .put("bias", Value.of(config.truth("enable_bias", true) ? "yes" : "no"))
            .put(
                "final-norm",
                Value.of(config.truth("_remove_final_layer_norm", false) ? "no" : "yes"))
            .put("norm", Value.of(config.truth("do_layer_norm_before", true) ? "before" : "after"))
            .put("embedding", Value.of(words == hidden ? 0 : words))
            .put("norm-epsilon", Value.of(EPSILON))
            .buildOrThrow(),
        config.truth("tie_word_embeddings", true),
        OptModel::parts);
  }

  private static ImmutableList<TensorPart> parts(String fileName) {
    if (fileName.endsWith("decoder.version")) {
      return ImmutableList.of();
    }
    return ImmutableList.of(
        TensorPart.whole(fileName.startsWith("decoder.") ? "model." + fileName : fileName));
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    if (architecture.number("norm-epsilon") != EPSILON) {
      return DecoderConfig.refuse(
          "its normalisations add " + Value.of(architecture.number("norm-epsilon"))
              + ", Hugging Face's OPT 0.00001",
          "norm-epsilon (to 0.00001)");
    }
    return DecoderConfig.plain(architecture, "Hugging Face's OPT", false);
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = DecoderConfig.json(architecture, "OPTForCausalLM");
    boolean after = DecoderFamily.normAfter(architecture);
    json.put("_remove_final_layer_norm", !after && !DecoderFamily.finalNorm(architecture));
    json.put("activation_function", architecture.word("activation"));
    json.put("attention_dropout", 0.0);
    json.put("do_layer_norm_before", !after);
    json.put("dropout", 0.1);
    json.put("enable_bias", DecoderFamily.attentionBias(architecture));
    json.put("ffn_dim", DecoderFamily.intermediate(architecture, 0));
    json.put("hidden_size", architecture.integer("hidden"));
    json.put("layer_norm_elementwise_affine", true);
    json.put("max_position_embeddings", architecture.integer("positions"));
    json.put("num_attention_heads", architecture.integer("heads", 0));
    json.put("num_hidden_layers", architecture.layers());
    json.put("word_embed_proj_dim", DecoderFamily.embedding(architecture));
    return json;
  }
}
