package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
 * GPT-NeoX, such as Pythia: {@code GPTNeoXForCausalLM} and {@code GPTNeoXModel} of transformers.
 * Its files hold query, key and value of each head below each other in one matrix.
 */
public final class GptNeoXModel implements HuggingFaceModel {
  private static final Pattern BARE = Pattern.compile("(embed_in|layers|final_layer_norm)\\..*");
  private static final Pattern BUFFER =
      Pattern.compile(".*\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");
  private static final ImmutableList<String> FUSED = ImmutableList.of("query", "key", "value");
  private static final String IN_ONE = "query_key_value";

  @Override
  public String type() {
    return "gpt_neox";
  }

  @Override
  public String family() {
    return DecoderFamily.NEOX.name();
  }

  @Override
  public Described read(ConfigFile config) {
    DecoderConfig.check(config);
    int hidden = config.integer("hidden_size", 6144, 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 64, 1, 1024);
    DecoderConfig.Rope rope =
        DecoderConfig.Rope.read(config, "rotary_emb_base", "rotary_pct", 0.25);
    return new DecoderConfig(
        DecoderFamily.NEOX,
        ImmutableMap.<String, Value>builder()
            .put("hidden", Value.of(hidden))
            .put("heads", Value.of(heads))
            .put("head-size", DecoderConfig.headSize(config, "num_attention_heads", hidden, heads))
            .put("layers", Value.of(config.integer("num_hidden_layers", 44, 1, 1000)))
            .put("intermediate", Value.of(config.integer("intermediate_size", 24576, 1, 1 << 20)))
            .put("vocabulary", Value.of(config.integer("vocab_size", 50432, 1, 1 << 24)))
            .put("positions", Value.of(config.integer("max_position_embeddings", 2048, 1, 1 << 24)))
            .put("activation", DecoderConfig.activation(config, "hidden_act", "gelu"))
            .put("attention-bias", Value.of(config.truth("attention_bias", true) ? "yes" : "no"))
            .put(
                "residual",
                Value.of(config.truth("use_parallel_residual", true) ? "parallel" : "sequential"))
            .put("rotary-share", Value.of(rope.share()))
            .put("theta", Value.of(rope.theta()))
            .put(
                "norm-epsilon",
                Value.of(config.decimal("layer_norm_eps", 1e-5, Double.MIN_VALUE, 0.1)))
            .buildOrThrow(),
        config.truth("tie_word_embeddings", false),
        name -> parts(name, heads));
  }

  private static ImmutableList<TensorPart> parts(String fileName, int heads) {
    String name = BARE.matcher(fileName).matches()
        ? "gpt_neox." + fileName
        : fileName.replaceFirst("^lm_head\\.", "embed_out.");
    if (BUFFER.matcher(name).matches()) {
      return ImmutableList.of();
    }
    if (!name.contains("." + IN_ONE + ".")) {
      return ImmutableList.of(TensorPart.whole(name));
    }
    ImmutableList.Builder<TensorPart> parts = ImmutableList.builder();
    for (int i = 0; i < FUSED.size(); i++) {
      parts.add(
          new TensorPart(name.replace(IN_ONE, FUSED.get(i)), 0, heads, i, FUSED.size(), false));
    }
    return parts.build();
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    return DecoderConfig.plain(architecture, "Hugging Face's GPT-NeoX", false);
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = DecoderConfig.json(architecture, "GPTNeoXForCausalLM");
    json.put("attention_bias", DecoderFamily.attentionBias(architecture));
    json.put("hidden_act", architecture.word("activation"));
    json.put("hidden_size", architecture.integer("hidden"));
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", DecoderFamily.intermediate(architecture, 0));
    json.put("layer_norm_eps", architecture.number("norm-epsilon"));
    json.put("max_position_embeddings", architecture.integer("positions"));
    json.put("num_attention_heads", architecture.integer("heads", 0));
    json.put("num_hidden_layers", architecture.layers());
    json.put("rotary_emb_base", architecture.number("theta"));
    json.put("rotary_pct", architecture.number("rotary-share"));
    json.put("use_parallel_residual", DecoderFamily.parallel(architecture));
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    int heads = weights.architecture().integer("heads", 0);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> {
      if (name.contains(".attention.query.")) {
        tensors.put(name.replace("query", IN_ONE), joined(weights, name, heads, scratch));
      } else if (!name.contains(".attention.key.") && !name.contains(".attention.value.")) {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }

  /** Query, key and value of each head below each other. */
  private static NDArray joined(Weights weights, String query, int heads, NDManager scratch) {
    NDList parts = new NDList();
    for (String each : FUSED) {
      NDArray tensor = weights.get(query.replace("query", each));
      NDArray split = tensor.reshape(heads, 1, tensor.size() / heads);
      split.attach(scratch);
      parts.add(split);
    }
    long[] shape = weights.get(query).getShape().getShape().clone();
    shape[0] *= FUSED.size();
    return NDArrays.concat(parts, 1).reshape(new Shape(shape));
  }
}
