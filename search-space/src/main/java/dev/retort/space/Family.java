package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** A family of architectures, such as BERT-like encoders. One place to add a family. */
public interface Family {
  /** What families whose stages have a number of layers each call it. */
  String DEPTH = "depth";

  /** What the networks of a family look at. */
  enum Input {
    /** Rows of tokens. */
    TEXT,
    /** Images of one size. */
    IMAGES
  }

  /** Its name in architectures and recipes, such as {@code bert}. */
  String name();

  /** Its dimensions, in the order in which an architecture's text lists them. */
  ImmutableList<Property> properties();

  /** What its networks look at: images where their resolution is a dimension, else text. */
  default Input input() {
    return properties().stream().anyMatch(each -> each.name().equals("resolution"))
        ? Input.IMAGES
        : Input.TEXT;
  }

  /**
   * Checks values against each other and brings them into the one canonical form.
   *
   * @param values a value for each property that has been given or has a default
   * @return the canonical values, in any order; the map that was given where they are canonical
   * @throws IllegalArgumentException when they do not fit together; the message says why
   */
  ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values);

  /**
   * The value of a dimension, also of one that the canonical form holds under another name; null
   * when that name is the only one that can express it.
   */
  default @Nullable Value value(Architecture architecture, String dimension) {
    return architecture.values().get(dimension);
  }

  /** Number of layers, those of all stages together. */
  int layers(Architecture architecture);

  /** Number of stages; a family without a notion of them has one. */
  default int stages(Architecture architecture) {
    return 1;
  }

  /**
   * Number of layers of each stage, which add up to {@link #layers}.
   *
   * <p>By convention the dimension {@link #DEPTH} says so in a family that has it, and elsewhere
   * all layers are one stage's; a family of several stages without that dimension says it here.
   */
  default ImmutableList<Integer> depths(Architecture architecture) {
    int stages = stages(architecture);
    if (!architecture.has(DEPTH)) {
      if (stages > 1) {
        throw new IllegalArgumentException(
            "Family " + name() + " does not say how its layers lie in (" + stages + ") stages");
      }
      return ImmutableList.of(layers(architecture));
    }
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int stage = 0; stage < stages; stage++) {
      depths.add(architecture.integer(DEPTH, stage));
    }
    return depths.build();
  }

  /**
   * Width of what a stage gives: the hidden size of a Transformer, the planes of a convolutional
   * network.
   *
   * <p>By convention the dimension {@code hidden} or {@code width} says so.
   *
   * @param stage from 0
   */
  default int width(Architecture architecture, int stage) {
    return architecture.has("hidden")
        ? architecture.integer("hidden")
        : architecture.integer("width", stage);
  }

  /**
   * The most tokens that an example can have; any number where a network does not tell them apart
   * by their place.
   *
   * <p>By convention the dimension {@code positions} says so.
   */
  default int longest(Architecture architecture) {
    return architecture.has("positions") ? architecture.integer("positions") : Integer.MAX_VALUE;
  }

  /**
   * Logits of an example, or of each token: 0 for a network without any.
   *
   * <p>By convention the dimension {@code classes} says so; a network that has no classes, but a
   * {@code vocabulary}, has a logit for each word of it.
   */
  default int outputs(Architecture architecture) {
    for (String dimension : new String[] {"classes", "vocabulary"}) {
      if (architecture.has(dimension)) {
        return architecture.integer(dimension);
      }
    }
    return 0;
  }

  /**
   * The same network with a head that tells so many classes of examples apart, in place of its own.
   *
   * @param classes the classes; 1: a number; 0: no head
   */
  default Architecture classifier(Architecture architecture, int classes) {
    return architecture.with("classes", Value.of(classes));
  }

  /** What the architecture consists of. */
  Blueprint blueprint(Architecture architecture);

  /** Trainable parameters of the architecture: the sum over its blueprint's tensors. */
  default long parameters(Architecture architecture) {
    return blueprint(architecture).parameters();
  }

  /**
   * What the architecture really holds and does. A family may compute it without the blueprint,
   * which is slow for a search, but to the same numbers.
   *
   * @throws ArithmeticException where a number leaves 64 bits
   */
  default Cost cost(Architecture architecture, InputShape input) {
    return Cost.of(blueprint(architecture), input);
  }

  /**
   * Numbers that a network which goes on writing keeps of each token that it has read: keys and
   * values. 0 where nothing is kept.
   *
   * @throws ArithmeticException where it leaves 64 bits
   */
  default long cached(Architecture architecture) {
    return 0;
  }

  /**
   * The tensor of a larger network that a tensor of a smaller one takes its entries from.
   *
   * @param tensor the smaller network's tensor
   * @param sub the smaller network
   * @param full the larger network
   */
  String source(String tensor, Architecture sub, Architecture full);

  /**
   * Whether the planes of an axis may stand in another order, as long as they do so in every
   * tensor: not where a network tells them apart by their place, as by a shuffle, by parting them
   * in halves or by padding them.
   *
   * @param axis the name that the blueprint's axes have for the planes
   */
  default boolean isSortable(Architecture architecture, String axis) {
    return true;
  }

  /**
   * The super-net that is cut from a teacher for a space: all of the space's envelope, where
   * sub-networks take the first layers of a stage.
   *
   * @param envelope the least architecture that holds every member of the space
   * @param teacher a network that the envelope can be cut from
   */
  default Architecture superNet(Architecture envelope, Architecture teacher) {
    return envelope;
  }

  /**
   * Why a network cannot be cut from a larger one, in words that end with the larger one's side,
   * such as {@code hidden 64 exceeds the teacher's 48}; null when it can.
   *
   * @param sub the smaller network
   * @param teacher the larger network
   */
  default @Nullable String misfit(Architecture sub, Architecture teacher) {
    return Fit.misfit(sub, teacher);
  }

  /**
   * The layer of a larger network that a layer of a smaller one takes its weights from:
   * floor(i * L / d), AutoDistil's choice (NeurIPS 2022, section 3.1).
   *
   * @param layer the smaller network's layer, from 0
   * @param depth layers of the smaller network
   * @param full layers of the larger network
   */
  static int sourceLayer(int layer, int depth, int full) {
    return (int) ((long) layer * full / depth);
  }
}
