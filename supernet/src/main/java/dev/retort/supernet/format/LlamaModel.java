package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Llama: {@code LlamaForCausalLM} and {@code LlamaModel} of transformers, without scaled positions.
 *
 * <p>Its files turn entries of both halves of a head as pairs. A config.json whose {@code
 * rope_layout} begins with {@code interleaved} has neighbours as pairs, as the original weights do;
 * such a network is written with the entries of queries and keys in the other order, the same
 * function.
 */
public final class LlamaModel implements HuggingFaceModel {
  private static final Pattern BARE = Pattern.compile("(embed_tokens|layers|norm)\\..*");
  private static final Pattern TURNED =
      Pattern.compile(".*\\.self_attn\\.[qk]_proj\\.(weight|bias)");

  @Override
  public String type() {
    return "llama";
  }

  @Override
  public String family() {
    return DecoderFamily.LLAMA.name();
  }

  @Override
  public Described read(ConfigFile config) {
    DecoderConfig.check(config);
    int hidden = config.integer("hidden_size", 4096, 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 32, 1, 1024);
    int groups = config.integer("num_key_value_heads", heads, 1, heads);
    if (heads % groups != 0) {
      throw config.refuse(
          "num_key_value_heads", groups + ", which does not divide num_attention_heads " + heads);
    }
    DecoderConfig.Rope rope =
        DecoderConfig.Rope.read(config, "rope_theta", "partial_rotary_factor", 1);
    if (rope.share() != 1) {
      throw config.refuse("partial_rotary_factor", rope.share() + "; 1 is needed");
    }
    String layout = config.text("rope_layout");
    boolean pairs = layout != null && layout.startsWith("interleaved");
    return new DecoderConfig(
        DecoderFamily.LLAMA,
        ImmutableMap.<String, Value>builder()
            .put("hidden", Value.of(hidden))
            .put("heads", Value.of(heads))
            .put("heads-per-group", Value.of(heads / groups))
            .put(
                "head-size",
                config.has("head_dim")
                    ? Value.of(config.integer("head_dim", 1, 1, 1 << 16))
                    : DecoderConfig.headSize(config, "num_attention_heads", hidden, heads))
            .put("layers", Value.of(config.integer("num_hidden_layers", 32, 1, 1000)))
            .put("intermediate", Value.of(config.integer("intermediate_size", 11008, 1, 1 << 20)))
            .put("vocabulary", Value.of(config.integer("vocab_size", 32000, 1, 1 << 24)))
            .put("positions", Value.of(config.integer("max_position_embeddings", 2048, 1, 1 << 24)))
            .put("activation", DecoderConfig.activation(config, "hidden_act", "silu"))
            .put("attention-bias", Value.of(config.truth("attention_bias", false) ? "yes" : "no"))
            .put("mlp-bias", Value.of(config.truth("mlp_bias", false) ? "yes" : "no"))
            .put("rotary", Value.of(pairs ? "pairs" : "halves"))
            .put("theta", Value.of(rope.theta()))
            .put(
                "norm-epsilon",
                Value.of(config.decimal("rms_norm_eps", 1e-6, Double.MIN_VALUE, 0.1)))
            .buildOrThrow(),
        config.truth("tie_word_embeddings", false),
        LlamaModel::parts);
  }

  private static ImmutableList<TensorPart> parts(String fileName) {
    if (fileName.endsWith("rotary_emb.inv_freq")) {
      return ImmutableList.of();
    }
    return ImmutableList.of(
        TensorPart.whole(BARE.matcher(fileName).matches() ? "model." + fileName : fileName));
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    Optional<Refusal> refusal = DecoderConfig.plain(architecture, "Hugging Face's Llama", true);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (architecture.differs("heads-per-group")) {
      return DecoderConfig.refuse("its groups differ from layer to layer", "heads-per-group");
    }
    int heads = architecture.integer("heads", 0);
    int hidden = architecture.integer("hidden");
    return hidden % heads == 0
        ? Optional.empty()
        : DecoderConfig.refuse(
            "its heads (" + heads + ") do not divide its hidden size (" + hidden
                + "), which Hugging Face's Llama asks for",
            "heads");
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = DecoderConfig.json(architecture, "LlamaForCausalLM");
    json.put("attention_bias", DecoderFamily.attentionBias(architecture));
    json.put("attention_dropout", 0.0);
    json.put("head_dim", architecture.integer("head-size"));
    json.put("hidden_act", architecture.word("activation"));
    json.put("hidden_size", architecture.integer("hidden"));
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", DecoderFamily.intermediate(architecture, 0));
    json.put("max_position_embeddings", architecture.integer("positions"));
    json.put("mlp_bias", DecoderFamily.mlpBias(architecture));
    json.put("num_attention_heads", architecture.integer("heads", 0));
    json.put("num_hidden_layers", architecture.layers());
    json.put("num_key_value_heads", DecoderFamily.groups(architecture, 0));
    json.put("rms_norm_eps", architecture.number("norm-epsilon"));
    json.put("rope_theta", architecture.number("theta"));
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    if (!weights.architecture().word("rotary").equals("pairs")) {
      return weights.tensors();
    }
    int size = weights.architecture().integer("head-size");
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights
        .tensors()
        .forEach((name, tensor) -> tensors.put(
            name, TURNED.matcher(name).matches() ? halves(tensor, size, scratch) : tensor));
    return tensors;
  }

  /** Rows of heads [heads x size, ...] with the first of each pair before all the second ones. */
  private static NDArray halves(NDArray tensor, int size, NDManager scratch) {
    Shape shape = tensor.getShape();
    long heads = shape.get(0) / size;
    NDArray written = tensor
        .reshape(heads, size / 2, 2, tensor.size() / shape.get(0))
        .transpose(0, 2, 1, 3)
        .reshape(shape)
        .duplicate();
    written.attach(scratch);
    return written;
  }
}
