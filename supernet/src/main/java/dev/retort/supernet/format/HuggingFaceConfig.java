package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.BertFamily;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
public record HuggingFaceConfig(
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
  public static final double LAYER_NORM_EPS = 1e-12;

  private static final double DROPOUT = 0.1;

  /** Checks that heads divide the hidden size and that no two classes have one name. */
  public HuggingFaceConfig {
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
  public static HuggingFaceConfig read(Path file) {
    return new HuggingFaceConfigReader(file, StrictJson.readObject(file)).read();
  }

  /**
   * The config of an architecture; {@code pooling=first} is written as {@code pooler}, see {@link
   * HuggingFaceFolder#write}.
   *
   * @param labels a name for each class; empty: LABEL_0 and so on
   * @throws UserException when Hugging Face's BERT cannot hold the architecture
   * @throws IllegalArgumentException when there is another number of labels than classes
   */
  public static HuggingFaceConfig of(Architecture architecture, List<String> labels) {
    PlainBert.require(architecture);
    int classes = architecture.integer("classes");
    ImmutableList<String> names =
        labels.isEmpty() ? numbered(classes) : ImmutableList.copyOf(labels);
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          names.size() + " labels for " + classes + " classes (" + architecture + ")");
    }
    return new HuggingFaceConfig(
        architecture.integer("vocabulary"),
        architecture.integer("hidden"),
        architecture.layers(),
        architecture.integer("heads", 0),
        BertFamily.intermediate(architecture, 0),
        architecture.integer("positions"),
        architecture.integer("types"),
        architecture.number("norm-epsilon"),
        DROPOUT,
        DROPOUT,
        0,
        names,
        null);
  }

  /** This config saying whether texts are lower-cased. */
  public HuggingFaceConfig withLowerCase(boolean lower) {
    return new HuggingFaceConfig(
        vocabulary,
        hidden,
        layers,
        heads,
        intermediate,
        positions,
        types,
        layerNormEps,
        hiddenDropout,
        attentionDropout,
        padding,
        labels,
        lower);
  }

  /**
   * The architecture that it describes.
   *
   * @param classes outputs of the classifier, 0 for none: what the weights hold, as the file has
   *     two labels by default
   * @param pooling {@code pooler} or {@code first}
   */
  public Architecture architecture(int classes, String pooling) {
    return Architecture.of(
        BertFamily.BERT,
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

  /** LABEL_0 and so on, as transformers names classes without names. */
  static ImmutableList<String> numbered(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(each -> "LABEL_" + each)
        .collect(ImmutableList.toImmutableList());
  }

  /** The text of the file, keys sorted; for BertModel without labels. */
  public String json() {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add(labels.isEmpty() ? "BertModel" : "BertForSequenceClassification");
    json.put("attention_probs_dropout_prob", attentionDropout);
    if (lowerCase != null) {
      json.put("do_lower_case", lowerCase);
    }
    json.put("dtype", "float32");
    json.put("hidden_act", "gelu");
    json.put("hidden_dropout_prob", hiddenDropout);
    json.put("hidden_size", hidden);
    if (!labels.isEmpty()) {
      ObjectNode names = json.putObject("id2label");
      for (int i = 0; i < labels.size(); i++) {
        names.put(Integer.toString(i), labels.get(i));
      }
    }
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", intermediate);
    if (!labels.isEmpty()) {
      ObjectNode ids = json.putObject("label2id");
      for (int i = 0; i < labels.size(); i++) {
        ids.put(labels.get(i), i);
      }
    }
    json.put("layer_norm_eps", layerNormEps);
    json.put("max_position_embeddings", positions);
    json.put("model_type", "bert");
    json.put("num_attention_heads", heads);
    json.put("num_hidden_layers", layers);
    json.put("pad_token_id", padding);
    json.put("position_embedding_type", "absolute");
    json.put("torch_dtype", "float32");
    json.put("type_vocab_size", types);
    json.put("vocab_size", vocabulary);
    return StrictJson.text(json);
  }
}
