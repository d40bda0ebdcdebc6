package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
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
 * Decoders: layers whose tokens look at those before them, and logits of the next token.
 * The attention width is free of the hidden size: queries are heads x head-size wide.
 *
 * <p>Dimensions of all: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (the two may differ by layer), {@code head-size}, {@code vocabulary}, {@code
 * positions}, {@code activation}, {@code norm-epsilon}; {@code tied}: whether the output table is
 * the table of words. The canonical form is {@link TransformerDimensions}'.
 *
 * <p>{@link #GPT2} (Radford et al., 2019) and {@link #OPT} (Zhang et al., 2022) have learnt
 * positions, and {@code bias}; without it GPT-2 has none anywhere, as nanoGPT sizes it, and OPT
 * none in its linear maps. OPT has two rows of positions more than it has positions, and {@code
 * final-norm}; as OPT-350M it normalises what was added, {@code norm=after} with no final norm, and
 * has tables of words of a width of their own, {@code embedding}, with a map behind them and one
 * before the output (0: the hidden width, without maps). {@link #LLAMA} (Touvron et al., 2023) has
 * rotary positions of base {@code theta}, of the form {@code rotary}: {@code halves} turns entry i
 * with entry i + half, as Hugging Face's files are, {@code pairs} entry 2i with 2i + 1, as the
 * original is; root-mean-square norms, a gated feed-forward network, {@code attention-bias}, {@code
 * mlp-bias}. Its query heads share keys and values in groups: {@code heads-per-group} (1 by
 * default), for which {@code groups}, the number of key/value heads, is another name; both may
 * differ by layer. {@link #NEOX} (GPT-NeoX, Black et al., 2022; Pythia) turns the part {@code
 * rotary-share} of each head, and reads attention and feed-forward network side by side where
 * {@code residual} is {@code parallel}.
 */
public final class DecoderFamily implements LayeredFamily {
  private static final String GROUPS = "groups";
  private static final String PER_GROUP = "heads-per-group";
  private static final String FINAL_NORM = "final-norm";
  private static final String NORM = "norm";
  private static final String EMBEDDING = "embedding";

  /** GPT-2. */
  public static final DecoderFamily GPT2 = new DecoderFamily(
      "gpt2",
      DecoderNames.GPT2,
      0,
      Property.integer("vocabulary", 50257, 1),
      Property.integer("positions", 1024, 1),
      Property.word("activation", "gelu_new", "gelu", "relu", "silu"),
      Property.word("bias", "yes", "no"),
      Property.word("tied", "yes", "no"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  /** OPT. */
  public static final DecoderFamily OPT = new DecoderFamily(
      "opt",
      DecoderNames.OPT,
      2,
      Property.integer("vocabulary", 50272, 1),
      Property.integer("positions", 2048, 1),
      Property.word("activation", "relu", "gelu", "gelu_new", "silu"),
      Property.word("bias", "yes", "no"),
      Property.word(FINAL_NORM, "yes", "no"),
      Property.word(NORM, "before", "after"),
      Property.integer(EMBEDDING, 0, 0),
      Property.word("tied", "yes", "no"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  /** Llama and what is made like it. */
  public static final DecoderFamily LLAMA = new DecoderFamily(
      "llama",
      DecoderNames.LLAMA,
      0,
      Property.integer(PER_GROUP, Scope.LAYER, 1, 1),
      Property.integer(GROUPS, Scope.LAYER),
      Property.integer("vocabulary", 32000, 1),
      Property.integer("positions", 2048, 1),
      Property.word("activation", "silu", "gelu", "gelu_new", "relu"),
      Property.word("attention-bias", "no", "yes"),
      Property.word("mlp-bias", "no", "yes"),
      Property.word("tied", "no", "yes"),
      Property.word("rotary", "halves", "pairs"),
      Property.decimal("theta", Scope.NETWORK, 10_000, 1),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-6, 0));

  /** GPT-NeoX, such as Pythia. */
  public static final DecoderFamily NEOX = new DecoderFamily(
      "gpt-neox",
      DecoderNames.NEOX,
      0,
      Property.integer("vocabulary", 50304, 1),
      Property.integer("positions", 2048, 1),
      Property.word("activation", "gelu", "gelu_new", "relu", "silu"),
      Property.word("attention-bias", "yes", "no"),
      Property.word("residual", "parallel", "sequential"),
      Property.word("tied", "no", "yes"),
      Property.decimal("rotary-share", Scope.NETWORK, 0.25, 0),
      Property.decimal("theta", Scope.NETWORK, 10_000, 1),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  private static final ImmutableSet<String> HEADS = ImmutableSet.of("heads", PER_GROUP);
  private static final ImmutableList<String> AXES = ImmutableList.of("vocabulary", "positions");

  private final String name;
  private final DecoderNames names;
  private final int offset;
  private final ImmutableList<Property> properties;

  private DecoderFamily(String name, DecoderNames names, int offset, Property... own) {
    this.name = name;
    this.names = names;
    this.offset = offset;
    this.properties = ImmutableList.<Property>builder()
        .add(
            Property.integer("layers", Scope.NETWORK),
            Property.integer("hidden", Scope.NETWORK),
            Property.integer("heads", Scope.LAYER),
            Property.decimal("ratio", Scope.LAYER),
            Property.integer("intermediate", Scope.LAYER),
            Property.integer("head-size", 64, 1))
        .add(own)
        .build();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ImmutableList<Property> properties() {
    return properties;
  }

  /** What its tensors are called. */
  public DecoderNames names() {
    return names;
  }

  /** Rows of the table of positions before that of the first position. */
  public int offset() {
    return offset;
  }

  /** Whether positions turn queries and keys; else they are learnt. */
  public boolean rotary() {
    return names.positions() == null;
  }

  /** Whether norms divide by the root mean square and have no shift; else layer normalisation. */
  public boolean rootMeanSquare() {
    return this == LLAMA;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    Map<String, Value> canonical =
        new TreeMap<>(TransformerDimensions.canonical(name, values, AXES));
    if (rotary() && turned(canonical) % 2 != 0) {
      throw new IllegalArgumentException("Rotary positions turn pairs of entries, not an odd number"
          + " (" + turned(canonical) + ") of a head");
    }
    // What a network does not have is written in one way only.
    if (Value.of("after").equals(canonical.get(NORM))) {
      canonical.remove(FINAL_NORM);
    }
    if (canonical.containsKey(EMBEDDING)) {
      TransformerDimensions.checkLength(
          EMBEDDING, TransformerDimensions.at(canonical, EMBEDDING, 0));
      if (canonical.get(EMBEDDING).equals(canonical.get("hidden"))) {
        canonical.put(EMBEDDING, Value.of(0));
      }
    }
    if (canonical.containsKey(PER_GROUP)) {
      canonical.put(PER_GROUP, perGroup(canonical));
      canonical.remove(GROUPS);
    }
    return ImmutableMap.copyOf(canonical);
  }

  private static Value perGroup(Map<String, Value> values) {
    int layers = (int) TransformerDimensions.at(values, "layers", 0);
    boolean asGroups = values.containsKey(GROUPS);
    double[] each = new double[layers];
    for (int layer = 0; layer < layers; layer++) {
      double heads = TransformerDimensions.at(values, "heads", layer);
      double shared = TransformerDimensions.at(values, PER_GROUP, layer);
      double divisor = asGroups ? TransformerDimensions.at(values, GROUPS, layer) : shared;
      if (heads % divisor != 0) {
        throw new IllegalArgumentException((asGroups ? GROUPS : PER_GROUP) + " ("
            + Value.of(divisor) + ") does not divide heads (" + Value.of(heads) + ")");
      }
      each[layer] = asGroups ? heads / divisor : shared;
      // One is what it is where nobody gave it.
      if (asGroups && shared != 1 && shared != each[layer]) {
        throw new IllegalArgumentException("heads (" + Value.of(heads) + ") in groups ("
            + Value.of(divisor) + ") are not heads-per-group (" + Value.of(shared) + ")");
      }
    }
    return TransformerDimensions.collapse(each);
  }

  private static int turned(Map<String, Value> values) {
    double size = TransformerDimensions.at(values, "head-size", 0);
    return values.containsKey("rotary-share")
        ? (int) (size * TransformerDimensions.at(values, "rotary-share", 0))
        : (int) size;
  }

  /** Entries of each head that rotary positions turn, the first ones. */
  public static int turned(Architecture architecture) {
    return turned(architecture.values());
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    if (!dimension.equals(GROUPS) || !architecture.has(PER_GROUP)) {
      return TransformerDimensions.value(architecture, dimension);
    }
    double[] groups = new double[architecture.layers()];
    for (int layer = 0; layer < groups.length; layer++) {
      groups[layer] = groups(architecture, layer);
    }
    return TransformerDimensions.collapse(groups);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return TransformerDimensions.intermediate(architecture, layer);
  }

  /** Query heads of a layer that look at the same keys and values. */
  public static int headsPerGroup(Architecture architecture, int layer) {
    return architecture.has(PER_GROUP) ? architecture.integer(PER_GROUP, layer) : 1;
  }

  /** Key and value heads of a layer. */
  public static int groups(Architecture architecture, int layer) {
    return architecture.integer("heads", layer) / headsPerGroup(architecture, layer);
  }

  /** What stands between the matrices of the feed-forward network. */
  public static Activation activation(Architecture architecture) {
    return switch (architecture.word("activation")) {
      case "gelu" -> Activation.GELU;
      case "gelu_new" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      case "silu" -> Activation.SILU;
      default ->
        throw new IllegalStateException("No activation (" + architecture.word("activation") + ")");
    };
  }

  /** Whether query, key, value and the projection behind the attention have biases. */
  public static boolean attentionBias(Architecture architecture) {
    return yes(architecture, architecture.has("bias") ? "bias" : "attention-bias");
  }

  /** Whether the feed-forward network has biases. */
  public static boolean mlpBias(Architecture architecture) {
    return architecture.has("mlp-bias")
        ? yes(architecture, "mlp-bias")
        : !architecture.has("bias") || yes(architecture, "bias");
  }

  /** Whether norms have a shift. */
  public static boolean normShift(Architecture architecture) {
    DecoderFamily family = of(architecture);
    return !family.rootMeanSquare() && (family != GPT2 || yes(architecture, "bias"));
  }

  /** Whether there is a norm behind the last layer. */
  public static boolean finalNorm(Architecture architecture) {
    return !normAfter(architecture)
        && (!architecture.has(FINAL_NORM) || yes(architecture, FINAL_NORM));
  }

  /** Whether layers normalise what was added; else what attention and feed-forward network read. */
  public static boolean normAfter(Architecture architecture) {
    return architecture.has(NORM) && architecture.word(NORM).equals("after");
  }

  /** Width of the tables of words. */
  public static int embedding(Architecture architecture) {
    int embedding = architecture.has(EMBEDDING) ? architecture.integer(EMBEDDING) : 0;
    return embedding == 0 ? architecture.integer("hidden") : embedding;
  }

  /** Whether words have a width of their own, with maps to the hidden one and back. */
  public static boolean projects(Architecture architecture) {
    return architecture.has(EMBEDDING) && architecture.integer(EMBEDDING) > 0;
  }

  /** Whether the output table is the table of words. */
  public static boolean tied(Architecture architecture) {
    return yes(architecture, "tied");
  }

  /** Whether attention and feed-forward network read the same and are added at once. */
  public static boolean parallel(Architecture architecture) {
    return architecture.has("residual") && architecture.word("residual").equals("parallel");
  }

  private static boolean yes(Architecture architecture, String dimension) {
    return architecture.word(dimension).equals("yes");
  }

  /**
   * The family of a decoder's architecture.
   *
   * @throws IllegalArgumentException when it is no decoder
   */
  public static DecoderFamily of(Architecture architecture) {
    if (architecture.family() instanceof DecoderFamily family) {
      return family;
    }
    throw new IllegalArgumentException("No decoder (" + architecture + ")");
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where entries of heads would change their partners: heads of
   *     another size, turned by rotary positions or side by side in groups
   */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    String wrong = DecoderFit.headSize(sub, full);
    if (wrong != null) {
      throw new IllegalArgumentException(sub + " does not fit into " + full + ": " + wrong);
    }
    return TransformerDimensions.source(names.layers(), tensor, sub, full);
  }

  @Override
  public @Nullable String misfit(Architecture sub, Architecture teacher) {
    return sub.family() == teacher.family()
        ? DecoderFit.misfit(sub, teacher)
        : LayeredFamily.super.misfit(sub, teacher);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where heads stand in groups, all heads of the teacher: the envelope's numbers of heads and
   * of heads in a group may come from different members, and do not tell the most groups that one
   * has.
   */
  @Override
  public Architecture superNet(Architecture envelope, Architecture teacher) {
    Architecture deep = LayeredFamily.super.superNet(envelope, teacher);
    if (!deep.has(PER_GROUP) || Value.of(1).equals(deep.values().get(PER_GROUP))) {
      return deep;
    }
    Map<String, Value> values = new TreeMap<>(deep.values());
    values.putAll(Maps.filterKeys(teacher.values(), HEADS::contains));
    return Architecture.of(this, values);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Entries of a head that is its layer's only one keep their order where positions turn them.
   */
  @Override
  public boolean isSortable(Architecture architecture, String axis) {
    if (!rotary() || !axis.endsWith(".attention")) {
      return true;
    }
    int layer = Integer.parseInt(axis.substring("layer.".length(), axis.lastIndexOf('.')));
    return groups(architecture, layer) > 1;
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new DecoderBlueprint(architecture).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return DecoderCost.parameters(architecture);
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return DecoderCost.layerParameters(architecture, layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return DecoderCost.cost(architecture, input);
  }

  @Override
  public long cached(Architecture architecture) {
    return DecoderCost.cached(architecture);
  }
}
