package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Growth;
import dev.retort.space.Operation.Kind;

/** Writes the blueprint of one decoder, in the order of a forward pass. */
final class DecoderBlueprint {
  private final Architecture architecture;
  private final DecoderFamily family;
  private final DecoderNames names;
  private final TextPlan plan = new TextPlan();
  private final Axis hidden;
  private final Axis words;

  /** The width of the tables of words: the hidden one, or a width of its own. */
  private final Axis embedding;

  private final Growth state;
  private final boolean shift;

  DecoderBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.family = DecoderFamily.of(architecture);
    this.names = family.names();
    this.hidden = Axis.of("hidden", architecture.integer("hidden"));
    this.words = Axis.of("vocabulary", architecture.integer("vocabulary"));
    this.embedding = DecoderFamily.projects(architecture)
        ? Axis.of("embedding", DecoderFamily.embedding(architecture))
        : hidden;
    this.state = Growth.token(hidden.length());
    this.shift = DecoderFamily.normShift(architecture);
  }

  Blueprint build() {
    String last = embed();
    for (int layer = 0; layer < architecture.layers(); layer++) {
      last = layer(layer, last);
    }
    head(last);
    return plan.build(architecture);
  }

  private String embed() {
    plan.enter("embed");
    plan.table(names.words(), words, embedding);
    String found = plan.lookup("words", embedding);
    if (embedding != hidden) {
      plan.matrix(names.projectIn(), hidden, embedding, false);
      found = plan.linear("project", hidden, embedding, found);
    }
    String table = names.positions();
    if (table == null) {
      return found;
    }
    int rows = architecture.integer("positions") + family.offset();
    plan.table(table, Axis.of("positions", rows), hidden);
    return plan.elementwise("sum", state, found, plan.lookup("positions", hidden));
  }

  /** Writes a layer that reads an operation's output, and returns the operation it ends with. */
  private String layer(int layer, String input) {
    String block = "layer." + layer;
    String prefix = names.layer(layer);
    int heads = architecture.integer("heads", layer);
    int headSize = architecture.integer("head-size");
    int groups = DecoderFamily.groups(architecture, layer);
    // Of one name, so that whatever changes the order of groups does so in all three, and of as
    // many groups: a slice keeps each query head with the key and value that it had.
    Axis queries = new Axis(block + ".attention", groups, heads / groups * headSize);
    Axis keys = new Axis(block + ".attention", groups, headSize);
    Axis inner = Axis.of(block + ".intermediate", DecoderFamily.intermediate(architecture, layer));
    boolean bias = DecoderFamily.attentionBias(architecture);
    plan.norm(prefix + names.firstNorm(), hidden, shift);
    plan.matrix(prefix + names.query(), queries, hidden, bias);
    plan.matrix(prefix + names.key(), keys, hidden, bias);
    plan.matrix(prefix + names.value(), keys, hidden, bias);
    plan.matrix(prefix + names.output(), hidden, queries, bias);
    plan.norm(prefix + names.secondNorm(), hidden, shift);
    boolean innerBias = DecoderFamily.mlpBias(architecture);
    if (names.gate() != null) {
      plan.matrix(prefix + names.gate(), inner, hidden, innerBias);
    }
    plan.matrix(prefix + names.up(), inner, hidden, innerBias);
    plan.matrix(prefix + names.down(), hidden, inner, innerBias);

    plan.enter(block);
    if (DecoderFamily.normAfter(architecture)) {
      String attended = attention(queries, keys, heads, input);
      String sum = plan.elementwise("attention-sum", state, attended, input);
      String middle = plan.elementwise("attention-norm", state, sum);
      String last = plan.elementwise("feed-forward-sum", state, feedForward(inner, middle), middle);
      return plan.elementwise("feed-forward-norm", state, last);
    }
    String first = plan.elementwise("attention-norm", state, input);
    String attended = attention(queries, keys, heads, first);
    if (DecoderFamily.parallel(architecture)) {
      String normed = plan.elementwise("feed-forward-norm", state, input);
      return plan.elementwise("sum", state, feedForward(inner, normed), attended, input);
    }
    String middle = plan.elementwise("attention-sum", state, attended, input);
    String normed = plan.elementwise("feed-forward-norm", state, middle);
    return plan.elementwise("feed-forward-sum", state, feedForward(inner, normed), middle);
  }

  private String attention(Axis queries, Axis keys, int heads, String normed) {
    String query = plan.linear("query", queries, hidden, normed);
    String key = plan.linear("key", keys, hidden, normed);
    String value = plan.linear("value", keys, hidden, normed);
    if (family.rotary()) {
      query = plan.elementwise("query-rotation", Growth.token(queries.length()), query);
      key = plan.elementwise("key-rotation", Growth.token(keys.length()), key);
    }
    Growth pairs = Growth.tokenPair(queries.length());
    Growth maps = Growth.tokenPair(heads);
    String scores = plan.operation("scores", Kind.ATTENTION, pairs, maps, query, key);
    String softmax = plan.elementwise("softmax", maps, scores);
    Growth wide = Growth.token(queries.length());
    String context = plan.operation("context", Kind.ATTENTION, pairs, wide, softmax, value);
    return plan.linear("attention-output", hidden, queries, context);
  }

  private String feedForward(Axis inner, String normed) {
    Growth wide = Growth.token(inner.length());
    String active;
    if (names.gate() == null) {
      String up = plan.linear("feed-forward-up", inner, hidden, normed);
      active = plan.elementwise("activation", wide, up);
    } else {
      String gate = plan.linear("feed-forward-gate", inner, hidden, normed);
      String open = plan.elementwise("activation", wide, gate);
      String up = plan.linear("feed-forward-up", inner, hidden, normed);
      active = plan.elementwise("feed-forward-product", wide, open, up);
    }
    return plan.linear("feed-forward-down", hidden, inner, active);
  }

  private void head(String last) {
    plan.enter("head");
    String normed = last;
    if (DecoderFamily.finalNorm(architecture)) {
      plan.norm(names.finalNorm(), hidden, shift);
      normed = plan.elementwise("norm", state, last);
    }
    if (embedding != hidden) {
      plan.matrix(names.projectOut(), embedding, hidden, false);
      normed = plan.linear("project", embedding, hidden, normed);
    }
    if (!DecoderFamily.tied(architecture)) {
      plan.matrix(names.head(), words, embedding, false);
    }
    plan.linear("output", words, embedding, normed);
  }
}
