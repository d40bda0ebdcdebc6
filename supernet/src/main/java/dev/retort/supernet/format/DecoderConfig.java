package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.format.HuggingFaceModel.Contents;
import dev.retort.supernet.format.HuggingFaceModel.Described;
import dev.retort.supernet.format.HuggingFaceModel.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What config.json of a decoder says, whatever its kind.
 *
 * @param family the family
 * @param values its dimensions but {@code tied}
 * @param tied whether the file says that the output table is the table of words
 * @param names the blueprint's tensors that a tensor of the file holds
 */
record DecoderConfig(
    DecoderFamily family,
    ImmutableMap<String, Value> values,
    boolean tied,
    Function<String, ImmutableList<TensorPart>> names)
    implements Described {
  /** The words of transformers for the functions that Retort computes, and Retort's. */
  private static final ImmutableMap<String, String> ACTIVATIONS =
      ImmutableMap.<String, String>builder()
          .put("gelu", "gelu")
          .put("gelu_new", "gelu_new")
          .put("gelu_pytorch_tanh", "gelu_new")
          .put("gelu_fast", "gelu_new")
          .put("relu", "relu")
          .put("silu", "silu")
          .put("swish", "silu")
          .buildOrThrow();

  /** The constraint that leaves only heads x head-size of the hidden width, BERT's. */
  private static final String SAME_WIDTH = "hf-bert";

  @Override
  public Optional<String> blueprintName(String fileName) {
    return parts(fileName).stream().map(TensorPart::tensor).findFirst();
  }

  @Override
  public ImmutableList<TensorPart> parts(String fileName) {
    return names.apply(fileName);
  }

  @Override
  public ImmutableMap<String, String> copies() {
    return tied
        ? ImmutableMap.of(head(family), family.names().words() + ".weight")
        : ImmutableMap.of();
  }

  private static String head(DecoderFamily family) {
    return family.names().head() + ".weight";
  }

  @Override
  public Architecture architecture(Contents contents) {
    Map<String, Value> all = new HashMap<>(values);
    boolean own = contents.tensors().contains(head(family));
    all.put("tied", Value.of(tied && !own ? "yes" : "no"));
    return Architecture.of(family, all);
  }

  @Override
  public ImmutableList<String> labels() {
    return ImmutableList.of();
  }

  /** A function, by any of the words that transformers has for it. */
  static Value activation(ConfigFile config, String key, String standard) {
    String word = config.word(key, standard, ACTIVATIONS.keySet().asList());
    return Value.of(String.valueOf(ACTIVATIONS.get(word)));
  }

  /** Refuses what no kind of decoder is read with. */
  static void check(ConfigFile config) {
    config.requireFalse("add_cross_attention", "cross-attention needs an encoder beside it");
    config.requireNothing("pruned_heads", "heads were pruned from single layers");
    config.requireNothing("quantization_config", "the weights are quantized; use the float model");
  }

  /** The head's width, of a hidden width that heads share. */
  static Value headSize(ConfigFile config, String key, int hidden, int heads) {
    if (hidden % heads != 0) {
      throw config.refuse(key, heads + ", which does not divide the hidden width " + hidden);
    }
    return Value.of(hidden / heads);
  }

  /** What rotary positions a file asks for: those of one base and without scaling. */
  record Rope(double theta, double share) {
    static Rope read(ConfigFile config, String theta, String share, double standardShare) {
      ConfigFile given = config.below("rope_parameters");
      ConfigFile scaling = config.below("rope_scaling");
      for (String each : ImmutableSet.of("rope_parameters", "rope_scaling")) {
        ConfigFile object = config.below(each);
        if (config.has(each) && object == null) {
          throw config.refuse(each, "no object");
        }
        for (String key : ImmutableSet.of("rope_type", "type")) {
          if (object != null) {
            object.requireWord(key, "default", "positions are turned without scaling");
          }
        }
      }
      ConfigFile inner = given == null ? scaling : given;
      double base = config.decimal(theta, 10_000, 1, 1e12);
      double part = config.decimal(share, standardShare, Double.MIN_VALUE, 1);
      return inner == null
          ? new Rope(base, part)
          : new Rope(
              inner.decimal("rope_theta", base, 1, 1e12),
              inner.decimal("partial_rotary_factor", part, Double.MIN_VALUE, 1));
    }
  }

  /**
   * Why no class of transformers can hold an architecture whose layers differ, or whose heads are
   * not of the hidden width; empty when one can.
   *
   * @param name of the kind
   * @param free whether heads may be of any width
   */
  static Optional<Refusal> plain(Architecture architecture, String name, boolean free) {
    if (architecture.differs("heads")) {
      return Optional.of(
          new Refusal("its heads differ from layer to layer", "heads", free ? null : SAME_WIDTH));
    }
    if (architecture.differs(architecture.has("ratio") ? "ratio" : "intermediate")) {
      return refuse("its feed-forward width differs from layer to layer", "ratio");
    }
    int heads = architecture.integer("heads", 0);
    int headSize = architecture.integer("head-size");
    int hidden = architecture.integer("hidden");
    if (!free && heads * headSize != hidden) {
      return Optional.of(new Refusal(
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its hidden size is " + hidden + ", and " + name
              + " has the two equal",
          "heads or head-size",
          SAME_WIDTH));
    }
    return Optional.empty();
  }

  static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, null));
  }

  /** What every kind's config.json has. */
  static ObjectNode json(Architecture architecture, String className) {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures").add(className);
    // A tokenizer's matter; transformers would else take ids of the kind's first vocabulary.
    json.putNull("bos_token_id");
    json.putNull("eos_token_id");
    json.putNull("pad_token_id");
    json.put("tie_word_embeddings", DecoderFamily.tied(architecture));
    json.put("use_cache", true);
    json.put("vocab_size", architecture.integer("vocabulary"));
    return json;
  }
}
