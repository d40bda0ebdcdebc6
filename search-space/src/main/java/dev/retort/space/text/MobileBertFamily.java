package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
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
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * MobileBERT (Sun et al., ACL 2020, arXiv 2004.02984): a deep encoder whose layers are narrow
 * inside. Each maps the hidden width to a bottleneck, attends, goes through several feed-forward
 * networks and maps back; tables of words are narrow too, and each token is embedded with its two
 * neighbours.
 *
 * <p>Dimensions beside those of {@link EncoderFamily}, which mean the same here ({@code ratio} is
 * of the hidden width): {@code bottleneck}, the width inside a layer; {@code feed-forwards}, how
 * many feed-forward networks follow each other in a layer (it may differ by layer); {@code
 * attention}: {@code shared} reads queries and keys from a bottleneck of their own and values from
 * the hidden state, {@code bottleneck} all three from the layer's; {@code norm}: {@code none} gives
 * each number a gain and a shift and normalises nothing, {@code layer} is layer normalisation;
 * {@code embedding}, the width of the table of words. {@code head=words} reads as many
 * entries by the table of words as it is wide, and the others by a matrix of its own. {@code
 * pooling=first} is the
 * default, as its authors' models have it.
 */
public final class MobileBertFamily implements LayeredFamily {
  /** MobileBERT. */
  public static final MobileBertFamily MOBILEBERT = new MobileBertFamily();

  /** How its tensors are called and what its heads compute, where it is like BERT. */
  public static final EncoderLayout LAYOUT = EncoderLayout.MOBILEBERT;

  /** The matrix of {@code head=words} beside the table of words, [words, hidden - embedding]. */
  public static final String MORE_WORDS = "cls.predictions.dense";

  private static final String STACK = "feed-forwards";
  private static final int MOST_STACKED = 1000;

  private static final ImmutableList<String> AXES =
      ImmutableList.of("classes", "vocabulary", "positions", "types", "bottleneck", "embedding");

  private static final ImmutableList<String> SAME =
      ImmutableList.of("vocabulary", "positions", "types");

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", Scope.NETWORK),
      Property.integer("hidden", Scope.NETWORK),
      Property.integer("heads", Scope.LAYER),
      Property.decimal("ratio", Scope.LAYER),
      Property.integer("intermediate", Scope.LAYER),
      Property.integer("head-size", 32, 1),
      Property.integer("bottleneck", 128, 1),
      Property.integer(STACK, Scope.LAYER, 4, 1),
      Property.integer("vocabulary", 30522, 1),
      Property.integer("positions", 512, 1),
      Property.integer("types", 2, 1),
      Property.integer("embedding", 128, 1),
      Property.integer("classes", 2, 0),
      Property.word("pooling", "first", "pooler", "mean"),
      Property.word("attention", "shared", "bottleneck"),
      Property.word("norm", "none", "layer"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-12, 0),
      Property.word("head", "classes", "tokens", "words"),
      Property.word("activation", "relu", "gelu", "gelu_new", "silu"));

  private MobileBertFamily() {}

  @Override
  public String name() {
    return "mobilebert";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    Map<String, Value> canonical =
        new TreeMap<>(TransformerDimensions.canonical(name(), values, AXES));
    canonical.put(STACK, stack(canonical));
    boolean tokens = Value.of("tokens").equals(canonical.get("head"));
    boolean words = Value.of("words").equals(canonical.get("head"));
    boolean none = Value.of(0).equals(canonical.get("classes"));
    if (tokens && none) {
      throw new IllegalArgumentException(
          "head=tokens needs a number of classes, found classes (0); without head it is"
              + " head=classes");
    }
    checkWords(words, canonical);
    // What a network does not have is written in one way only.
    if (words) {
      canonical.remove("classes");
    }
    if (tokens || words || (none && Value.of("mean").equals(canonical.get("pooling")))) {
      canonical.put("pooling", Value.of("first"));
    }
    return ImmutableMap.copyOf(canonical);
  }

  private static void checkWords(boolean words, Map<String, Value> values) {
    double hidden = TransformerDimensions.at(values, "hidden", 0);
    double embedding = TransformerDimensions.at(values, "embedding", 0);
    if (words && hidden <= embedding) {
      throw new IllegalArgumentException("head=words needs hidden (" + values.get("hidden")
          + ") wider than embedding (" + values.get("embedding")
          + "): what the table of words does not read, a matrix of its own does");
    }
  }

  private static Value stack(Map<String, Value> values) {
    boolean each = values.get(STACK) instanceof Value.Each;
    double[] stack = new double[each ? (int) TransformerDimensions.at(values, "layers", 0) : 1];
    for (int layer = 0; layer < stack.length; layer++) {
      stack[layer] = TransformerDimensions.at(values, STACK, layer);
      if (stack[layer] > MOST_STACKED) {
        throw new IllegalArgumentException(
            STACK + " can be at most " + MOST_STACKED + ", not (" + Value.of(stack[layer]) + ")");
      }
      TransformerDimensions.checkLength(
          STACK + " times bottleneck",
          stack[layer] * TransformerDimensions.at(values, "bottleneck", 0));
    }
    return TransformerDimensions.collapse(stack);
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    return TransformerDimensions.value(architecture, dimension);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  @Override
  public Architecture classifier(Architecture architecture, int classes) {
    return architecture.with("head", Value.of("classes")).with("classes", Value.of(classes));
  }

  /** Feed-forward networks of a layer. */
  public static int feedForwards(Architecture architecture, int layer) {
    return architecture.integer(STACK, layer);
  }

  /** Whether queries and keys have a bottleneck of their own. */
  public static boolean shared(Architecture architecture) {
    return architecture.word("attention").equals("shared");
  }

  /** Whether norms normalise. */
  public static boolean normalizes(Architecture architecture) {
    return architecture.word("norm").equals("layer");
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return TransformerDimensions.source(LAYOUT.layers(), tensor, sub, full);
  }

  @Override
  public @Nullable String misfit(Architecture sub, Architecture teacher) {
    if (teacher.family() == this) {
      for (String same : SAME) {
        Value own = sub.values().get(same);
        Value other = teacher.values().get(same);
        if (!Objects.equals(own, other)) {
          return same + " " + own + " is not the teacher's " + other;
        }
      }
      // Behind the first ones, that the table reads, come those that the other matrix reads.
      int own = sub.integer("embedding");
      int other = teacher.integer("embedding");
      if (EncoderFamily.head(sub) == EncoderFamily.Head.WORDS && own != other) {
        return "embedding " + own + " is not the teacher's " + other + ", as head=words needs";
      }
    }
    return LayeredFamily.super.misfit(sub, teacher);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new MobileBertBlueprint(architecture).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return new MobileBertCost(architecture).parameters();
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return new MobileBertCost(architecture).layerParameters(layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return new MobileBertCost(architecture).cost(input);
  }
}
