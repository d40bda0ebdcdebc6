package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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
 * GPT-2: {@code GPT2LMHeadModel} and {@code GPT2Model} of transformers. Its files hold query, key
 * and value in one matrix, and every matrix of a layer as [in, out].
 */
public final class Gpt2Model implements HuggingFaceModel {
  private static final Pattern BARE = Pattern.compile("(wte|wpe|h|ln_f)\\..*");
  private static final Pattern BUFFER = Pattern.compile(".*\\.attn\\.(bias|masked_bias)");
  private static final Pattern MATRIX = Pattern.compile(".*\\.(c_proj|c_fc)\\.weight");
  private static final ImmutableList<String> FUSED = ImmutableList.of("query", "key", "value");
  private static final String IN_ONE = "c_attn";

  @Override
  public String type() {
    return "gpt2";
  }

  @Override
  public String family() {
    return DecoderFamily.GPT2.name();
  }

  @Override
  public Described read(ConfigFile config) {
    DecoderConfig.check(config);
    config.requireTrue("scale_attn_weights", true, "scores are always scaled");
    config.requireFalse("scale_attn_by_inverse_layer_idx", "layers are scaled alike");
    String heads = key(config, "n_head", "num_attention_heads");
    int hidden = config.integer(key(config, "n_embd", "hidden_size"), 768, 1, 1 << 16);
    int count = config.integer(heads, 12, 1, 1024);
    return new DecoderConfig(
        DecoderFamily.GPT2,
        ImmutableMap.<String, Value>builder()
            .put("hidden", Value.of(hidden))
            .put("heads", Value.of(count))
            .put("head-size", DecoderConfig.headSize(config, heads, hidden, count))
            .put(
                "layers",
                Value.of(config.integer(key(config, "n_layer", "num_hidden_layers"), 12, 1, 1000)))
            .put("intermediate", Value.of(config.integer("n_inner", 4 * hidden, 1, 1 << 20)))
            .put("vocabulary", Value.of(config.integer("vocab_size", 50257, 1, 1 << 24)))
            .put(
                "positions",
                Value.of(config.integer(
                    key(config, "n_positions", "max_position_embeddings"), 1024, 1, 1 << 24)))
            .put("activation", DecoderConfig.activation(config, "activation_function", "gelu_new"))
            .put(
                "norm-epsilon",
                Value.of(config.decimal("layer_norm_epsilon", 1e-5, Double.MIN_VALUE, 0.1)))
            .buildOrThrow(),
        config.truth("tie_word_embeddings", true),
        Gpt2Model::parts);
  }

  /** The name that a key has in the file: its own, or the one that all kinds share. */
  private static String key(ConfigFile config, String own, String shared) {
    return config.has(shared) && !config.has(own) ? shared : own;
  }

  private static ImmutableList<TensorPart> parts(String fileName) {
    String name = BARE.matcher(fileName).matches() ? "transformer." + fileName : fileName;
    if (BUFFER.matcher(name).matches()) {
      return ImmutableList.of();
    }
    if (MATRIX.matcher(name).matches()) {
      return ImmutableList.of(TensorPart.transposed(name));
    }
    if (!name.contains("." + IN_ONE + ".")) {
      return ImmutableList.of(TensorPart.whole(name));
    }
    boolean matrix = name.endsWith(".weight");
    ImmutableList.Builder<TensorPart> parts = ImmutableList.builder();
    for (int i = 0; i < FUSED.size(); i++) {
      parts.add(new TensorPart(
          name.replace(IN_ONE, FUSED.get(i)), matrix ? 1 : 0, 1, i, FUSED.size(), matrix));
    }
    return parts.build();
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    if (!DecoderFamily.attentionBias(architecture)) {
      return DecoderConfig.refuse("it has no biases, Hugging Face's GPT-2 has", "bias (to yes)");
    }
    return DecoderConfig.plain(architecture, "Hugging Face's GPT-2", false);
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = DecoderConfig.json(architecture, "GPT2LMHeadModel");
    json.put("activation_function", architecture.word("activation"));
    json.put("attn_pdrop", 0.1);
    json.put("embd_pdrop", 0.1);
    json.put("initializer_range", 0.02);
    json.put("layer_norm_epsilon", architecture.number("norm-epsilon"));
    json.put("n_embd", architecture.integer("hidden"));
    json.put("n_head", architecture.integer("heads", 0));
    json.put("n_inner", DecoderFamily.intermediate(architecture, 0));
    json.put("n_layer", architecture.layers());
    json.put("n_positions", architecture.integer("positions"));
    json.put("resid_pdrop", 0.1);
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> {
      if (name.contains(".attn.query.")) {
        NDList parts = new NDList();
        FUSED.forEach(each -> parts.add(weights.get(name.replace("query", each))));
        put(tensors, name.replace("query", IN_ONE), NDArrays.concat(parts, 0), scratch);
      } else if (MATRIX.matcher(name).matches()) {
        put(tensors, name, tensor, scratch);
      } else if (!name.contains(".attn.key.") && !name.contains(".attn.value.")) {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }

  /** Puts a matrix as [in, out], and anything else as it is. */
  private static void put(
      Map<String, NDArray> tensors, String name, NDArray tensor, NDManager scratch) {
    NDArray written = name.endsWith(".weight") ? TensorPart.transposed(name).of(tensor) : tensor;
    written.attach(scratch);
    tensors.put(name, written);
  }
}
