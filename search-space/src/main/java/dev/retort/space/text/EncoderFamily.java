package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.LayeredFamily;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Encoders of text: BERT (Devlin et al., NAACL 2019), RoBERTa (Liu et al., 2019), DistilBERT (Sanh
 * et al., 2019) and ELECTRA (Clark et al., ICLR 2020), with the attention width free of the hidden
 * size as in AutoDistil (NeurIPS 2022): query, key and value are heads x head-size wide.
 *
 * <p>Dimensions: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (the two may differ by layer), {@code head-size}, {@code vocabulary}, {@code
 * positions}, {@code types} (of tokens; DistilBERT has none), {@code classes} (0: an encoder
 * without head), {@code pooling}: {@code pooler} is the family's own dense layer and function over
 * the first token, {@code first} the first token as it is, {@code mean} the mean over the tokens
 * that are not padding; {@code norm-epsilon}: what layer normalisation adds to the variance; {@code
 * head}: {@code classes} answers each example (one class: a number), {@code tokens} each token,
 * {@code words} says for each token which word stands there, with the table of words as its last
 * matrix, and has no {@code classes}; {@code activation} of the feed-forward networks. RoBERTa has
 * {@code padding}, the id of the padding token, by which it counts positions; ELECTRA {@code
 * embedding}, the width of its tables, 0: the hidden one. The canonical form is {@link
 * TransformerDimensions}'.
 */
public final class EncoderFamily implements LayeredFamily {
  private static final ImmutableMap<String, Activation> ACTIVATIONS = ImmutableMap.of(
      "gelu", Activation.GELU,
      "gelu_new", Activation.GELU_TANH,
      "relu", Activation.RELU,
      "silu", Activation.SILU);

  /** BERT: two types of tokens, a pooler with tanh. */
  public static final EncoderFamily BERT = new EncoderFamily(
      "bert", EncoderLayout.BERT, 1e-12, sizes(30522, 512), Property.integer("types", 2, 1));

  /** RoBERTa: positions counted over what is no padding; at most one type of tokens. */
  public static final EncoderFamily ROBERTA = new EncoderFamily(
      "roberta",
      EncoderLayout.ROBERTA,
      1e-5,
      sizes(50265, 514),
      Property.integer("types", 1, 0),
      Property.integer("padding", 1, 0));

  /** DistilBERT: no types of tokens, a dense layer with ReLU before its classifier. */
  public static final EncoderFamily DISTILBERT =
      new EncoderFamily("distilbert", EncoderLayout.DISTILBERT, 1e-12, sizes(30522, 512));

  /** ELECTRA: tables of another width than the layers, a dense layer with GELU in its head. */
  public static final EncoderFamily ELECTRA = new EncoderFamily(
      "electra",
      EncoderLayout.ELECTRA,
      1e-12,
      sizes(30522, 512),
      Property.integer("types", 2, 1),
      Property.integer("embedding", 0, 0));

  /** Every family of encoders. */
  static final ImmutableList<EncoderFamily> ALL =
      ImmutableList.of(BERT, ROBERTA, DISTILBERT, ELECTRA);

  /** What an encoder answers. */
  public enum Head {
    /** Classes, or a number, of each example. */
    CLASSES,
    /** Classes of each token. */
    TOKENS,
    /** The word at each token: masked language modelling. */
    WORDS,
    /** Nothing but hidden states. */
    NONE
  }

  private final String name;
  private final EncoderLayout layout;
  private final ImmutableList<Property> properties;
  private final ImmutableList<String> axes;

  private EncoderFamily(
      String name,
      EncoderLayout layout,
      double epsilon,
      ImmutableList<Property> sizes,
      Property... own) {
    this.name = name;
    this.layout = layout;
    this.properties = ImmutableList.<Property>builder()
        .add(Property.integer("layers", Scope.NETWORK))
        .add(Property.integer("hidden", Scope.NETWORK))
        .add(Property.integer("heads", Scope.LAYER))
        .add(Property.decimal("ratio", Scope.LAYER))
        .add(Property.integer("intermediate", Scope.LAYER))
        .add(Property.integer("head-size", 64, 1))
        .addAll(sizes)
        .add(own)
        .add(Property.integer("classes", 2, 0))
        .add(Property.word("pooling", "pooler", "first", "mean"))
        .add(Property.decimal("norm-epsilon", Scope.NETWORK, epsilon, 0))
        .add(Property.word("head", "classes", "tokens", "words"))
        .add(Property.word("activation", ACTIVATIONS.keySet().toArray(String[]::new)))
        .build();
    ImmutableList.Builder<String> lengths = ImmutableList.builder();
    lengths.add("classes");
    sizes.forEach(each -> lengths.add(each.name()));
    for (Property each : own) {
      lengths.add(each.name());
    }
    this.axes = lengths.build();
  }

  private static ImmutableList<Property> sizes(int vocabulary, int positions) {
    return ImmutableList.of(
        Property.integer("vocabulary", vocabulary, 1), Property.integer("positions", positions, 1));
  }

  @Override
  public String name() {
    return name;
  }

  /** How its tensors are called, and what its heads compute. */
  public EncoderLayout layout() {
    return layout;
  }

  @Override
  public ImmutableList<Property> properties() {
    return properties;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    ImmutableMap<String, Value> sizes = TransformerDimensions.canonical(name, values, axes);
    boolean words = Value.of("words").equals(sizes.get("head"));
    boolean tokens = Value.of("tokens").equals(sizes.get("head"));
    boolean none = Value.of(0).equals(sizes.get("classes"));
    if (tokens && none) {
      throw new IllegalArgumentException(
          "head=tokens needs a number of classes, found classes (0); without head it is"
              + " head=classes");
    }
    boolean unpooled = words || tokens || (none && layout.pooler() == null);
    Value embedding = sizes.get("embedding");
    boolean same = embedding != null && embedding.equals(sizes.get("hidden"));
    checkPositions(sizes);
    if (!unpooled && !same) {
      return sizes;
    }
    // What a network does not have is written in one way only.
    Map<String, Value> canonical = new TreeMap<>(sizes);
    if (unpooled) {
      canonical.put("pooling", Value.of("pooler"));
    }
    if (words) {
      canonical.remove("classes");
    }
    if (same) {
      canonical.put("embedding", Value.of(0));
    }
    return ImmutableMap.copyOf(canonical);
  }

  private static void checkPositions(Map<String, Value> values) {
    if (values.get("padding") instanceof Value.Number padding
        && values.get("positions") instanceof Value.Number positions
        && positions.value() < padding.value() + 2) {
      throw new IllegalArgumentException("positions (" + positions
          + ") must be at least two more than padding (" + padding
          + "), since tokens are counted from the one after it");
    }
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    return TransformerDimensions.value(architecture, dimension);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** RoBERTa's first token stands at the position behind that of padding. */
  @Override
  public int longest(Architecture architecture) {
    int positions = architecture.integer("positions");
    return architecture.has("padding")
        ? positions - architecture.integer("padding") - 1
        : positions;
  }

  @Override
  public Architecture classifier(Architecture architecture, int classes) {
    return architecture.with("head", Value.of("classes")).with("classes", Value.of(classes));
  }

  /** What an architecture answers. */
  public static Head head(Architecture architecture) {
    return switch (architecture.word("head")) {
      case "tokens" -> Head.TOKENS;
      case "words" -> Head.WORDS;
      default -> architecture.integer("classes") > 0 ? Head.CLASSES : Head.NONE;
    };
  }

  /** Types of tokens, 0 for none. */
  public static int types(Architecture architecture) {
    return architecture.has("types") ? architecture.integer("types") : 0;
  }

  /** Width of the tables of embeddings. */
  public static int embedding(Architecture architecture) {
    int embedding = architecture.has("embedding") ? architecture.integer("embedding") : 0;
    return embedding == 0 ? architecture.integer("hidden") : embedding;
  }

  /** The function in the feed-forward networks. */
  public static Activation activation(Architecture architecture) {
    String word = architecture.word("activation");
    Activation found = ACTIVATIONS.get(word);
    if (found == null) {
      throw new IllegalStateException("No activation (" + word + ")");
    }
    return found;
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return TransformerDimensions.intermediate(architecture, layer);
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return TransformerDimensions.source(layout.layers(), tensor, sub, full);
  }

  @Override
  public @Nullable String misfit(Architecture sub, Architecture teacher) {
    return teacher.family() == this
        ? EncoderFit.misfit(sub, teacher)
        : LayeredFamily.super.misfit(sub, teacher);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new EncoderBlueprint(architecture, layout).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return EncoderCost.parameters(architecture, layout);
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return EncoderCost.layerParameters(architecture, layout, layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return EncoderCost.cost(architecture, layout, input);
  }
}
