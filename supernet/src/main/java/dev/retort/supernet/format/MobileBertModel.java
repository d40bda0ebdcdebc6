package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.space.text.MobileBertFamily;
import dev.retort.supernet.Weights;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * MobileBERT: {@code MobileBertModel}, {@code MobileBertForSequenceClassification}, {@code
 * MobileBertForTokenClassification} and {@code MobileBertForMaskedLM} of transformers. A file of
 * {@code MobileBertForPreTraining} reads as an encoder without head.
 */
public final class MobileBertModel implements HuggingFaceModel {
  private static final EncoderLayout NAMES = MobileBertFamily.LAYOUT;
  private static final String TOKENS = "ForTokenClassification";
  private static final String WORDS = "ForMaskedLM";
  private static final String MORE_WORDS = MobileBertFamily.MORE_WORDS + ".weight";
  private static final String EXAMPLES = "ForSequenceClassification";
  private static final ImmutableMap<String, String> NORMS =
      ImmutableMap.of("no_norm", "none", "layer_norm", "layer");

  /** The names of functions, by those of transformers. */
  private static final ImmutableMap<String, String> ACTIVATIONS =
      ImmutableMap.<String, String>builder()
          .put("relu", "relu")
          .put("gelu", "gelu")
          .put("gelu_python", "gelu")
          .put("gelu_new", "gelu_new")
          .put("gelu_pytorch_tanh", "gelu_new")
          .put("gelu_fast", "gelu_new")
          .put("silu", "silu")
          .put("swish", "silu")
          .buildOrThrow();

  @Override
  public String type() {
    return "mobilebert";
  }

  @Override
  public String family() {
    return MobileBertFamily.MOBILEBERT.name();
  }

  @Override
  public Described read(ConfigFile config) {
    config.requireFalse("is_decoder", "a decoder is no encoder");
    config.requireFalse("add_cross_attention", "cross-attention needs an encoder beside it");
    config.requireNothing("pruned_heads", "heads were pruned from single layers");
    config.requireNothing("quantization_config", "the weights are quantized; use the float model");
    config.requireTrue("use_bottleneck", true, "each layer has a bottleneck");
    config.requireTrue("trigram_input", true, "tokens are embedded with their neighbours");
    String head = head(config);
    if (head.endsWith(WORDS)) {
      config.requireTrue(
          "tie_word_embeddings", true, "the table of words is a part of the last matrix");
    }
    boolean inside = config.truth("use_bottleneck_attention", false);
    if (!inside) {
      config.requireTrue(
          "key_query_shared_bottleneck",
          true,
          "without it, and without use_bottleneck_attention, transformers cannot run the network");
    }
    int bottleneck = config.integer("intra_bottleneck_size", 128, 1, 1 << 16);
    int heads = config.integer("num_attention_heads", 4, 1, 1024);
    if (bottleneck % heads != 0) {
      throw config.refuse(
          "num_attention_heads",
          heads + ", which does not divide intra_bottleneck_size " + bottleneck);
    }
    Map<String, Value> values = new HashMap<>();
    put(values, "layers", config.integer("num_hidden_layers", 24, 1, 1000));
    put(values, "hidden", config.integer("hidden_size", 512, 1, 1 << 16));
    put(values, "heads", heads);
    put(values, "head-size", bottleneck / heads);
    put(values, "bottleneck", bottleneck);
    put(values, "intermediate", config.integer("intermediate_size", 512, 1, 1 << 20));
    put(values, "feed-forwards", config.integer("num_feedforward_networks", 4, 1, 1000));
    int vocabulary = config.integer("vocab_size", 30522, 1, 1 << 24);
    put(values, "vocabulary", vocabulary);
    config.integer("pad_token_id", 0, 0, vocabulary - 1);
    put(values, "positions", config.integer("max_position_embeddings", 512, 1, 1 << 24));
    put(values, "types", config.integer("type_vocab_size", 2, 1, 1 << 16));
    put(values, "embedding", config.integer("embedding_size", 128, 1, 1 << 16));
    values.put("attention", Value.of(inside ? "bottleneck" : "shared"));
    String norm = config.word("normalization_type", "no_norm", NORMS.keySet().asList());
    values.put("norm", Value.of(String.valueOf(NORMS.get(norm))));
    values.put(
        "norm-epsilon", Value.of(config.decimal("layer_norm_eps", 1e-12, Double.MIN_VALUE, 0.1)));
    String activation = config.word("hidden_act", "relu", ACTIVATIONS.keySet().asList());
    values.put("activation", Value.of(String.valueOf(ACTIVATIONS.get(activation))));
    return new Read(
        ImmutableMap.copyOf(values),
        head,
        config.truth("classifier_activation", true),
        config.labels(),
        config.truth("do_lower_case"));
  }

  private static void put(Map<String, Value> values, String dimension, int value) {
    values.put(dimension, Value.of(value));
  }

  /** What {@code architectures} says. */
  private static String head(ConfigFile config) {
    JsonNode names = config.given("architectures");
    return names == null ? "" : names.path(0).asText();
  }

  /**
   * What a file says.
   *
   * @param activates whether the pooler is a dense layer and tanh; else the first token
   */
  private record Read(
      ImmutableMap<String, Value> values,
      String head,
      boolean activates,
      ImmutableList<String> labels,
      @Nullable Boolean lowerCase)
      implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      String name = EncoderNames.blueprintName(fileName, NAMES);
      boolean pooler = name.startsWith(NAMES.dense() + ".");
      // Poolers that a head does not read, and bottlenecks that attention does not.
      boolean unread = (pooler && (head.endsWith(TOKENS) || head.endsWith(WORDS) || !activates))
          || (name.contains(".bottleneck.attention.")
              && Value.of("bottleneck").equals(values.get("attention")));
      boolean ofWords = name.equals(MORE_WORDS)
          || name.equals(NAMES.wordsBias())
          || name.startsWith(NAMES.words() + ".")
          || name.startsWith(NAMES.wordsNorm() + ".");
      boolean other = name.startsWith("cls.") && !(head.endsWith(WORDS) && ofWords);
      return unread || other || EncoderNames.isBuffer(name) ? Optional.empty() : Optional.of(name);
    }

    /** The file has that one matrix as [in, out]. */
    @Override
    public ImmutableList<TensorPart> parts(String fileName) {
      return fileName.equals(MORE_WORDS)
          ? blueprintName(fileName)
              .map(name -> ImmutableList.of(TensorPart.transposed(name)))
              .orElse(ImmutableList.of())
          : Described.super.parts(fileName);
    }

    @Override
    public Described headless() {
      return head.endsWith(WORDS)
          ? new Read(values, "MobileBertModel", activates, labels, lowerCase)
          : this;
    }

    @Override
    public Optional<String> note() {
      return EncoderModel.leftOut(head);
    }

    @Override
    public Architecture architecture(Contents contents) {
      Map<String, Value> all = new HashMap<>(values);
      if (head.endsWith(WORDS) && contents.hasBelow(NAMES.words() + ".")) {
        all.put("head", Value.of("words"));
        return Architecture.of(MobileBertFamily.MOBILEBERT, all);
      }
      boolean pooler = contents.hasBelow(NAMES.dense() + ".");
      boolean classifier = contents.hasBelow(NAMES.classifier() + ".");
      boolean tokens =
          classifier && (head.endsWith(TOKENS) || (head.isEmpty() && activates && !pooler));
      all.put("head", Value.of(tokens ? "tokens" : "classes"));
      all.put("classes", Value.of(classifier ? labels.size() : 0));
      all.put("pooling", Value.of(pooler || (classifier && activates) ? "pooler" : "first"));
      return Architecture.of(MobileBertFamily.MOBILEBERT, all);
    }
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    int heads = architecture.integer("heads", 0);
    int headSize = architecture.integer("head-size");
    int bottleneck = architecture.integer("bottleneck");
    if (architecture.differs("heads")) {
      return refuse("its heads differ from layer to layer", "heads");
    }
    if (architecture.differs("feed-forwards")) {
      return refuse("its feed-forward networks differ from layer to layer", "feed-forwards");
    }
    if (architecture.differs(architecture.has("ratio") ? "ratio" : "intermediate")) {
      return refuse("its feed-forward width differs from layer to layer", "ratio");
    }
    if (heads * headSize != bottleneck) {
      return refuse(
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its bottleneck " + bottleneck
              + ", and Hugging Face's MobileBERT has the two equal",
          "heads or head-size");
    }
    if (architecture.word("pooling").equals("mean")) {
      return refuse(
          "its classifier takes the mean over the tokens, Hugging Face's the first token",
          "pooling (to first or pooler)");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, null));
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    boolean inside = !MobileBertFamily.shared(architecture);
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add("MobileBert"
            + switch (EncoderFamily.head(architecture)) {
              case CLASSES -> EXAMPLES;
              case TOKENS -> TOKENS;
              case WORDS -> WORDS;
              case NONE -> "Model";
            });
    json.put("attention_probs_dropout_prob", 0.1);
    json.put("classifier_activation", architecture.word("pooling").equals("pooler"));
    json.put("embedding_size", architecture.integer("embedding"));
    json.put("hidden_act", architecture.word("activation"));
    json.put("hidden_dropout_prob", 0.0);
    json.put("hidden_size", architecture.integer("hidden"));
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", EncoderFamily.intermediate(architecture, 0));
    json.put("intra_bottleneck_size", architecture.integer("bottleneck"));
    json.put("key_query_shared_bottleneck", !inside);
    json.put("layer_norm_eps", architecture.number("norm-epsilon"));
    json.put("max_position_embeddings", architecture.integer("positions"));
    json.put(
        "normalization_type", MobileBertFamily.normalizes(architecture) ? "layer_norm" : "no_norm");
    json.put("num_attention_heads", architecture.integer("heads", 0));
    json.put("num_feedforward_networks", MobileBertFamily.feedForwards(architecture, 0));
    json.put("num_hidden_layers", architecture.layers());
    json.put("pad_token_id", 0);
    json.put("tie_word_embeddings", true);
    json.put("trigram_input", true);
    json.put("type_vocab_size", architecture.integer("types"));
    json.put("use_bottleneck", true);
    json.put("use_bottleneck_attention", inside);
    json.put("vocab_size", architecture.integer("vocabulary"));
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>(weights.tensors());
    tensors.computeIfPresent(MORE_WORDS, (name, tensor) -> {
      NDArray turned = TensorPart.transposed(name).of(tensor);
      turned.attach(scratch);
      return turned;
    });
    return tensors;
  }
}
