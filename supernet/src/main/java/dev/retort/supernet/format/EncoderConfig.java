package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.text.EncoderFamily;
import java.util.HashMap;
import java.util.Map;

/**
 * How the config.json of an encoder calls what all encoders have, and what is meant where it does
 * not say. Keys that say nothing of what an encoder computes are skipped.
 *
 * @param hidden the hidden width
 * @param layers the number of layers
 * @param heads attention heads a layer; they divide the hidden width
 * @param intermediate the inner width of the feed-forward network
 * @param activation the function in it
 * @param dropout dropout of hidden states
 * @param attentionDropout dropout of attention probabilities
 * @param standard what the sizes are where the file does not say, by the names of dimensions
 */
record EncoderConfig(
    String hidden,
    String layers,
    String heads,
    String intermediate,
    String activation,
    String dropout,
    String attentionDropout,
    ImmutableMap<String, Integer> standard) {
  private static final double DROPOUT = 0.1;
  private static final int LONGEST = 1 << 24;

  /** The names of functions, the one that is written first, by Retort's word. */
  private static final ImmutableMap<String, ImmutableList<String>> ACTIVATIONS = ImmutableMap.of(
      "gelu", ImmutableList.of("gelu", "gelu_python"),
      "gelu_new", ImmutableList.of("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
      "relu", ImmutableList.of("relu"),
      "silu", ImmutableList.of("silu", "swish"));

  /** BERT's keys and sizes. */
  static final EncoderConfig LIKE_BERT = new EncoderConfig(
      "hidden_size",
      "num_hidden_layers",
      "num_attention_heads",
      "intermediate_size",
      "hidden_act",
      "hidden_dropout_prob",
      "attention_probs_dropout_prob",
      sizes(30522, 768, 12, 12, 3072));

  /** Sizes where a file does not say. */
  static ImmutableMap<String, Integer> sizes(
      int vocabulary, int hidden, int layers, int heads, int intermediate) {
    return ImmutableMap.of(
        "vocabulary", vocabulary,
        "hidden", hidden,
        "layers", layers,
        "heads", heads,
        "intermediate", intermediate);
  }

  /** These keys with other sizes. */
  EncoderConfig with(ImmutableMap<String, Integer> sizes) {
    return new EncoderConfig(
        hidden, layers, heads, intermediate, activation, dropout, attentionDropout, sizes);
  }

  /** Sizes that were read, by the names of dimensions; more can be put. */
  record Values(Map<String, Value> sizes) {
    /** Adds one. */
    void put(String dimension, double value) {
      sizes.put(dimension, Value.of(value));
    }

    /** The architecture of these sizes with such a head. */
    Architecture architecture(EncoderFamily family, String head, int classes, String pooling) {
      Map<String, Value> all = new HashMap<>(sizes);
      all.put("head", Value.of(head));
      all.put("classes", Value.of(classes));
      all.put("pooling", Value.of(pooling));
      return Architecture.of(family, all);
    }
  }

  private int standard(String dimension) {
    Integer found = standard.get(dimension);
    if (found == null) {
      throw new IllegalStateException("No standard of (" + dimension + ")");
    }
    return found;
  }

  /** Reads what all have; each value that would be computed differently is refused. */
  Values read(ConfigFile config) {
    config.requireWord(
        "position_embedding_type", "absolute", "relative positions are not computed");
    config.requireFalse("is_decoder", "a decoder is no encoder");
    config.requireFalse("add_cross_attention", "cross-attention needs an encoder beside it");
    config.requireNothing("pruned_heads", "heads were pruned from single layers");
    config.requireNothing("quantization_config", "the weights are quantized; use the float model");
    int vocabulary = config.integer("vocab_size", standard("vocabulary"), 1, LONGEST);
    int width = config.integer(hidden, standard("hidden"), 1, 1 << 16);
    int depth = config.integer(layers, standard("layers"), 1, 1000);
    int parts = config.integer(heads, standard("heads"), 1, 1024);
    Values values = new Values(new HashMap<>());
    values.put("vocabulary", vocabulary);
    values.put("hidden", width);
    values.put("layers", depth);
    values.put("heads", parts);
    values.put("intermediate", config.integer(intermediate, standard("intermediate"), 1, 1 << 20));
    values.put("positions", config.integer("max_position_embeddings", 512, 1, LONGEST));
    config.integer("pad_token_id", 0, 0, vocabulary - 1);
    config.decimal(dropout, DROPOUT, 0, Math.nextDown(1));
    config.decimal(attentionDropout, DROPOUT, 0, Math.nextDown(1));
    if (width % parts != 0) {
      throw config.refuse(heads, parts + ", which does not divide " + hidden + " " + width);
    }
    values.put("head-size", width / parts);
    values.sizes().put("activation", Value.of(activation(config)));
    return values;
  }

  private String activation(ConfigFile config) {
    ImmutableList<String> known = ACTIVATIONS.values().stream()
        .flatMap(ImmutableList::stream)
        .collect(ImmutableList.toImmutableList());
    String word = config.word(activation, "gelu", known);
    return ACTIVATIONS.entrySet().stream()
        .filter(each -> each.getValue().contains(word))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Writes what all have. */
  void write(Architecture architecture, ObjectNode json) {
    json.put(activation, architecture.word("activation"));
    json.put(attentionDropout, DROPOUT);
    json.put(dropout, DROPOUT);
    json.put(hidden, architecture.integer("hidden"));
    json.put("initializer_range", 0.02);
    json.put(intermediate, EncoderFamily.intermediate(architecture, 0));
    json.put("max_position_embeddings", architecture.integer("positions"));
    json.put(heads, architecture.integer("heads", 0));
    json.put(layers, architecture.layers());
    json.put("pad_token_id", architecture.has("padding") ? architecture.integer("padding") : 0);
    json.put("tie_word_embeddings", true);
    json.put("vocab_size", architecture.integer("vocabulary"));
  }

  /** Reads the number that layer normalisation adds to the variance. */
  static void readEpsilon(ConfigFile config, Values values) {
    values.put("norm-epsilon", config.decimal("layer_norm_eps", 1e-12, Double.MIN_VALUE, 0.1));
  }

  /** Reads the types of tokens. */
  static void readTypes(ConfigFile config, Values values) {
    values.put("types", config.integer("type_vocab_size", 2, 1, 1 << 16));
  }

  /** Writes the types of tokens, the kind of positions and the epsilon of normalisations. */
  static void writeLikeBert(Architecture architecture, ObjectNode json) {
    json.put("layer_norm_eps", architecture.number("norm-epsilon"));
    json.put("position_embedding_type", "absolute");
    json.put("type_vocab_size", architecture.integer("types"));
  }
}
