package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import dev.retort.space.text.EncoderFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The config.json of a Hugging Face BERT ({@code BertConfig} of transformers), as far as it decides
 * what the network computes.
 *
 * @param vocabulary rows of the word table, {@code vocab_size}
 * @param hidden width, {@code hidden_size}
 * @param layers {@code num_hidden_layers}
 * @param heads attention heads a layer, {@code num_attention_heads}; they divide {@code hidden}
 * @param intermediate inner width of the feed-forward network, {@code intermediate_size}
 * @param positions longest sequence, {@code max_position_embeddings}
 * @param types token types, {@code type_vocab_size}
 * @param layerNormEps added to the variance, {@code layer_norm_eps}; 1e-12 by default
 * @param hiddenDropout {@code hidden_dropout_prob}, from 0 to below 1; 0.1 by default
 * @param attentionDropout {@code attention_probs_dropout_prob}, likewise
 * @param padding the id of the padding token, {@code pad_token_id}; 0 by default
 * @param labels the classes' names in the order of the logits; empty for an encoder alone
 * @param lowerCase {@code do_lower_case} where the file says it, else null
 */
record BertConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    int types,
    double layerNormEps,
    double hiddenDropout,
    double attentionDropout,
    int padding,
    ImmutableList<String> labels,
    @Nullable Boolean lowerCase) {
  /** The default of {@code layer_norm_eps}. */
  static final double LAYER_NORM_EPS = 1e-12;

  private static final double DROPOUT = 0.1;

  /** Checks that heads divide the hidden size and that no two classes have one name. */
  BertConfig {
    if (heads < 1 || hidden % heads != 0) {
      throw new IllegalArgumentException(
          "heads (" + heads + ") must divide hidden (" + hidden + ")");
    }
    if (ImmutableSet.copyOf(labels).size() != labels.size()) {
      throw new IllegalArgumentException("labels must differ (" + labels + ")");
    }
  }

  /**
   * Reads a config.json.
   *
   * @throws UserException when it is not strict JSON, when a key has a wrong type or an impossible
   *     value, or when it describes anything but a BERT encoder that Retort computes exactly
   */
  static BertConfig read(Path file) {
    return new BertConfigReader(ConfigFile.read(file)).read();
  }

  /**
   * The config of an architecture that a BERT can hold; {@code pooling=first} is written as {@code
   * pooler}, see {@link PassingPooler}.
   *
   * @param labels a name for each class
   */
  static BertConfig of(Architecture architecture, List<String> labels) {
    return new BertConfig(
        architecture.integer("vocabulary"),
        architecture.integer("hidden"),
        architecture.layers(),
        architecture.integer("heads", 0),
        EncoderFamily.intermediate(architecture, 0),
        architecture.integer("positions"),
        architecture.integer("types"),
        architecture.number("norm-epsilon"),
        DROPOUT,
        DROPOUT,
        0,
        ImmutableList.copyOf(labels),
        null);
  }

  /**
   * The architecture that it describes.
   *
   * @param classes outputs of the classifier, 0 for none: what the weights hold, as the file has
   *     two labels by default
   * @param pooling {@code pooler} or {@code first}
   */
  Architecture architecture(int classes, String pooling) {
    return Architecture.of(
        EncoderFamily.BERT,
        Map.ofEntries(
            Map.entry("layers", Value.of(layers)),
            Map.entry("hidden", Value.of(hidden)),
            Map.entry("heads", Value.of(heads)),
            Map.entry("intermediate", Value.of(intermediate)),
            Map.entry("head-size", Value.of(hidden / heads)),
            Map.entry("vocabulary", Value.of(vocabulary)),
            Map.entry("positions", Value.of(positions)),
            Map.entry("types", Value.of(types)),
            Map.entry("classes", Value.of(classes)),
            Map.entry("pooling", Value.of(pooling)),
            Map.entry("norm-epsilon", Value.of(layerNormEps))));
  }

  /** What is written beside the names of the classes; for BertModel without them. */
  ObjectNode json() {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add(labels.isEmpty() ? "BertModel" : "BertForSequenceClassification");
    json.put("attention_probs_dropout_prob", attentionDropout);
    if (lowerCase != null) {
      json.put("do_lower_case", lowerCase);
    }
    json.put("hidden_act", "gelu");
    json.put("hidden_dropout_prob", hiddenDropout);
    json.put("hidden_size", hidden);
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", intermediate);
    json.put("layer_norm_eps", layerNormEps);
    json.put("max_position_embeddings", positions);
    json.put("num_attention_heads", heads);
    json.put("num_hidden_layers", layers);
    json.put("pad_token_id", padding);
    json.put("position_embedding_type", "absolute");
    json.put("type_vocab_size", types);
    json.put("vocab_size", vocabulary);
    return json;
  }
}
