package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Growth;
import dev.retort.space.Operation.Kind;

/** Writes the blueprint of one MobileBERT, by Hugging Face's names. */
final class MobileBertBlueprint {
  private static final EncoderLayout NAMES = MobileBertFamily.LAYOUT;

  private final Architecture architecture;
  private final TextPlan plan = new TextPlan();
  private final Axis hidden;
  private final boolean shared;
  private final Kind norm;

  MobileBertBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.hidden = axis("hidden");
    this.shared = MobileBertFamily.shared(architecture);
    this.norm = MobileBertFamily.normalizes(architecture) ? Kind.LAYER_NORM : Kind.ELEMENTWISE;
  }

  Blueprint build() {
    String state = embeddings();
    for (int layer = 0; layer < architecture.layers(); layer++) {
      state = new Layer(layer).write(state);
    }
    head(state);
    return plan.build(architecture);
  }

  private String embeddings() {
    plan.enter("embed");
    String prefix = NAMES.embeddings();
    Axis embedding = axis("embedding");
    // The next token, the token and the one before it: a slice takes the first entries of each.
    Axis trigram = new Axis("trigram", 3, Math.toIntExact(embedding.length()));
    plan.table(prefix + "word_embeddings", axis("vocabulary"), embedding);
    plan.table(prefix + "position_embeddings", axis("positions"), hidden);
    plan.table(prefix + "token_type_embeddings", axis("types"), hidden);
    plan.matrix(prefix + "embedding_transformation", hidden, trigram, true);
    String words = plan.lookup("words", embedding);
    String three = plan.elementwise("trigram", Growth.token(trigram.length()), words);
    String wide = plan.linear("transformation", hidden, trigram, three);
    String positions = plan.lookup("positions", hidden);
    String types = plan.lookup("types", hidden);
    String sum = plan.elementwise("sum", width(hidden), wide, positions, types);
    return normed("norm", prefix + "LayerNorm", hidden, sum);
  }

  private void head(String state) {
    plan.enter("head");
    switch (EncoderFamily.head(architecture)) {
      case TOKENS -> {
        Axis classes = axis("classes");
        plan.matrix(EncoderLayout.TOKENS, classes, hidden, true);
        plan.linear("classifier", classes, hidden, state);
      }
      case WORDS -> words(state);
      case CLASSES -> examples(true, state);
      case NONE -> examples(false, state);
    }
  }

  /**
   * A dense layer, its function, layer normalisation, and a product with the table of words beside
   * one of its own for what the table is too narrow for.
   */
  private void words(String state) {
    Axis embedding = axis("embedding");
    Axis vocabulary = axis("vocabulary");
    Axis transform = Axis.of("transform", architecture.integer("hidden"));
    Axis more = Axis.of(
        "transform.more", architecture.integer("hidden") - architecture.integer("embedding"));
    String dense = linear("transform", NAMES.words(), transform, hidden, state);
    String active = plan.elementwise(architecture.word("activation"), width(transform), dense);
    plan.norm(NAMES.wordsNorm(), transform, true);
    String normed = plan.operation("norm", Kind.LAYER_NORM, Growth.NONE, width(transform), active);
    plan.matrix(MobileBertFamily.MORE_WORDS, vocabulary, more, false);
    plan.bias(NAMES.wordsBias(), vocabulary);
    String first = plan.linear("words", vocabulary, embedding, normed);
    String second = plan.linear("more-words", vocabulary, more, normed);
    plan.elementwise("words-sum", width(vocabulary), first, second);
  }

  /** What a classifier reads, and the classifier. */
  private void examples(boolean answers, String state) {
    String pooling = architecture.word("pooling");
    String pooled = state;
    Growth wide = Growth.example(hidden.length());
    if (pooling.equals("pooler")) {
      plan.matrix(NAMES.dense(), hidden, hidden, true);
      Growth macs = Growth.example(hidden.length() * hidden.length());
      String dense = plan.operation("pooler", Kind.LINEAR, macs, wide, state);
      pooled = plan.elementwise("tanh", wide, dense);
    } else if (answers) {
      pooled = plan.elementwise(pooling, wide, state);
    }
    if (answers) {
      Axis classes = axis("classes");
      plan.matrix(NAMES.classifier(), classes, hidden, true);
      Growth macs = Growth.example(hidden.length() * classes.length());
      plan.operation("classifier", Kind.LINEAR, macs, Growth.example(classes.length()), pooled);
    }
  }

  private Axis axis(String name) {
    return Axis.of(name, architecture.integer(name));
  }

  private static Growth width(Axis axis) {
    return Growth.token(axis.length());
  }

  /** A normalisation, or the gain and shift that stand for one. */
  private String normed(String name, String tensor, Axis width, String read) {
    plan.norm(tensor, width, true);
    return plan.operation(name, norm, Growth.NONE, width(width), read);
  }

  /** A linear map with bias. */
  private String linear(String name, String tensor, Axis out, Axis in, String read) {
    plan.matrix(tensor, out, in, true);
    return plan.linear(name, out, in, read);
  }

  /** One layer. Its inner planes are not those of another, so they are named by it. */
  private final class Layer {
    private final String block;
    private final String prefix;
    private final int index;
    private final Axis inside;
    private final Axis heads;

    Layer(int index) {
      this.index = index;
      this.block = "layer." + index;
      this.prefix = NAMES.layer(index);
      this.inside = Axis.of(block + ".bottleneck", architecture.integer("bottleneck"));
      this.heads = new Axis(
          block + ".attention",
          architecture.integer("heads", index),
          architecture.integer("head-size"));
    }

    String write(String input) {
      plan.enter(block);
      String narrow = bottleneck("input", "input", inside, input);
      String state = attention(input, narrow);
      int stack = MobileBertFamily.feedForwards(architecture, index);
      for (int i = 0; i < stack - 1; i++) {
        String own = prefix + "ffn." + i + ".";
        state = feedForward(
            "feed-forward-" + i, own + "intermediate.dense", own + "output", ".ffn." + i, state);
      }
      state = feedForward(
          "feed-forward", prefix + NAMES.up(), prefix + "output", ".intermediate", state);
      String wide =
          linear("output-bottleneck", prefix + "output.bottleneck.dense", hidden, inside, state);
      String sum = plan.elementwise("output-sum", width(hidden), wide, input);
      return normed("output-norm", prefix + "output.bottleneck.LayerNorm", hidden, sum);
    }

    private String bottleneck(String name, String tensor, Axis width, String input) {
      String own = prefix + "bottleneck." + tensor + ".";
      String narrow = linear(name + "-bottleneck", own + "dense", width, hidden, input);
      return normed(name + "-norm", own + "LayerNorm", width, narrow);
    }

    private String attention(String input, String narrow) {
      Axis read = inside;
      String from = narrow;
      if (shared) {
        read = Axis.of(block + ".shared", architecture.integer("bottleneck"));
        from = bottleneck("attention", "attention", read, input);
      }
      String query = linear("query", prefix + NAMES.query(), heads, read, from);
      String key = linear("key", prefix + NAMES.key(), heads, read, from);
      String value = linear(
          "value",
          prefix + NAMES.value(),
          heads,
          shared ? hidden : inside,
          shared ? input : narrow);
      Growth pairs = Growth.tokenPair(heads.length());
      Growth maps = Growth.tokenPair(heads.groups());
      String scores = plan.operation("scores", Kind.ATTENTION, pairs, maps, query, key);
      String softmax = plan.elementwise("softmax", maps, scores);
      String context =
          plan.operation("context", Kind.ATTENTION, pairs, width(heads), softmax, value);
      String output =
          linear("attention-output", prefix + NAMES.attention(), inside, heads, context);
      String sum = plan.elementwise("attention-sum", width(inside), output, narrow);
      return normed("attention-output-norm", prefix + NAMES.attentionNorm(), inside, sum);
    }

    private String feedForward(String name, String up, String output, String planes, String input) {
      Axis inner = Axis.of(block + planes, EncoderFamily.intermediate(architecture, index));
      String wide = linear(name + "-up", up, inner, inside, input);
      String active =
          plan.elementwise(name + "-" + architecture.word("activation"), width(inner), wide);
      String down = linear(name + "-down", output + ".dense", inside, inner, active);
      String sum = plan.elementwise(name + "-sum", width(inside), down, input);
      return normed(name + "-norm", output + ".LayerNorm", inside, sum);
    }
  }
}
