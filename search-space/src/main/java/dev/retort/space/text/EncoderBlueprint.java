package dev.retort.space.text;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Growth;
import dev.retort.space.Operation;
import dev.retort.space.Operation.Kind;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import java.util.Arrays;

/** Writes the blueprint of one encoder of text, in the order of Hugging Face's state dict. */
final class EncoderBlueprint {
  private final Architecture architecture;
  private final ImmutableList.Builder<TensorSpec> tensors = ImmutableList.builder();
  private final ImmutableList.Builder<Operation> operations = ImmutableList.builder();
  private final EncoderLayout layout;
  private final Axis hidden;

  /** The width of the tables: the hidden one, or a width of its own. */
  private final Axis embedding;

  EncoderBlueprint(Architecture architecture, EncoderLayout layout) {
    this.architecture = architecture;
    this.layout = layout;
    this.hidden = axis("hidden");
    int own = EncoderFamily.embedding(architecture);
    this.embedding = own == hidden.length() ? hidden : Axis.of("embedding", own);
  }

  Blueprint build() {
    String state = embeddings();
    for (int layer = 0; layer < architecture.layers(); layer++) {
      state = layer(layer, state);
    }
    head(state);
    return new Blueprint(architecture, tensors.build(), operations.build());
  }

  private String embeddings() {
    String prefix = layout.embeddings();
    boolean types = EncoderFamily.types(architecture) > 0;
    table(prefix + "word_embeddings", axis("vocabulary"));
    table(prefix + "position_embeddings", axis("positions"));
    if (types) {
      table(prefix + "token_type_embeddings", axis("types"));
    }
    norm(prefix + "LayerNorm", embedding);
    Growth state = Growth.token(embedding.length());
    String words = operation("embed", "words", Kind.LOOKUP, Growth.NONE, state);
    String positions = operation("embed", "positions", Kind.LOOKUP, Growth.NONE, state);
    String sum;
    if (types) {
      String type = operation("embed", "types", Kind.LOOKUP, Growth.NONE, state);
      sum = elementwise("embed", "sum", state, words, positions, type);
    } else {
      sum = elementwise("embed", "sum", state, words, positions);
    }
    String normed = normalized("embed", "norm", state, sum);
    if (embedding == hidden) {
      return normed;
    }
    linear(layout.project(), hidden, embedding);
    return product("embed", "project", hidden, embedding, normed);
  }

  /** Writes a layer that reads an operation's output, and returns the operation it ends with. */
  private String layer(int layer, String input) {
    // Named by layer: the inner planes of one layer are not those of another.
    Axis attention = new Axis(
        "layer." + layer + ".attention",
        architecture.integer("heads", layer),
        architecture.integer("head-size"));
    Axis inner = Axis.of(
        "layer." + layer + ".intermediate", EncoderFamily.intermediate(architecture, layer));
    String prefix = layout.layer(layer);
    linear(prefix + layout.query(), attention, hidden);
    linear(prefix + layout.key(), attention, hidden);
    linear(prefix + layout.value(), attention, hidden);
    linear(prefix + layout.attention(), hidden, attention);
    norm(prefix + layout.attentionNorm(), hidden);
    linear(prefix + layout.up(), inner, hidden);
    linear(prefix + layout.down(), hidden, inner);
    norm(prefix + layout.norm(), hidden);

    String block = "layer." + layer;
    Growth state = Growth.token(hidden.length());
    String query = product(block, "query", attention, hidden, input);
    String key = product(block, "key", attention, hidden, input);
    String value = product(block, "value", attention, hidden, input);
    Growth pairs = Growth.tokenPair(attention.length());
    Growth maps = Growth.tokenPair(attention.groups());
    String scores = operation(block, "scores", Kind.ATTENTION, pairs, maps, query, key);
    String softmax = elementwise(block, "softmax", maps, scores);
    String context = operation(
        block, "context", Kind.ATTENTION, pairs, Growth.token(attention.length()), softmax, value);
    String output = product(block, "attention-output", hidden, attention, context);
    String sum = elementwise(block, "attention-sum", state, output, input);
    String normed = normalized(block, "attention-norm", state, sum);
    String up = product(block, "feed-forward-up", inner, hidden, normed);
    String active =
        elementwise(block, architecture.word("activation"), Growth.token(inner.length()), up);
    String down = product(block, "feed-forward-down", hidden, inner, active);
    String last = elementwise(block, "feed-forward-sum", state, down, normed);
    return normalized(block, "feed-forward-norm", state, last);
  }

  private void head(String state) {
    switch (EncoderFamily.head(architecture)) {
      case CLASSES -> {
        String pooled = pooled(layout.dense(), Ascii.toLowerCase(layout.squash().name()), state);
        Axis classes = axis("classes");
        linear(layout.classifier(), classes, hidden);
        Growth macs = Growth.example(hidden.length() * classes.length());
        Growth logits = Growth.example(classes.length());
        operation("head", "classifier", Kind.LINEAR, macs, logits, pooled);
      }
      case TOKENS -> {
        linear(EncoderLayout.TOKENS, axis("classes"), hidden);
        product("head", "classifier", axis("classes"), hidden, state);
      }
      case WORDS -> words(state);
      case NONE -> {
        if (layout.pooler() != null) {
          pooled(layout.pooler(), "tanh", state);
        }
      }
    }
  }

  private String pooled(String dense, String function, String state) {
    Growth pooled = Growth.example(hidden.length());
    String pooling = architecture.word("pooling");
    if (!pooling.equals("pooler")) {
      return elementwise("head", pooling, pooled, state);
    }
    linear(dense, hidden, hidden);
    Growth macs = Growth.example(hidden.length() * hidden.length());
    String input = operation("head", "pooler", Kind.LINEAR, macs, pooled, state);
    return elementwise("head", function, pooled, input);
  }

  /** A dense layer, its function, a normalisation, and the table of words turned round. */
  private void words(String state) {
    linear(layout.words(), embedding, hidden);
    norm(layout.wordsNorm(), embedding);
    Axis vocabulary = axis("vocabulary");
    tensors.add(TensorSpec.of(layout.wordsBias(), Role.BIAS, vocabulary));
    Growth width = Growth.token(embedding.length());
    String dense = product("head", "transform", embedding, hidden, state);
    String function = layout.ownActivation() ? architecture.word("activation") : "gelu";
    String active = elementwise("head", function, width, dense);
    String normed = normalized("head", "norm", width, active);
    product("head", "words", vocabulary, embedding, normed);
  }

  private Axis axis(String name) {
    return Axis.of(name, architecture.integer(name));
  }

  private void table(String name, Axis rows) {
    tensors.add(TensorSpec.of(name + ".weight", Role.EMBEDDING, rows, embedding));
  }

  private void linear(String name, Axis out, Axis in) {
    tensors.add(TensorSpec.of(name + ".weight", Role.MATRIX, out, in));
    tensors.add(TensorSpec.of(name + ".bias", Role.BIAS, out));
  }

  private void norm(String name, Axis width) {
    tensors.add(TensorSpec.of(name + ".weight", Role.NORM_GAIN, width));
    tensors.add(TensorSpec.of(name + ".bias", Role.NORM_SHIFT, width));
  }

  private String product(String block, String name, Axis out, Axis in, String read) {
    Growth macs = Growth.token(out.length() * in.length());
    return operation(block, name, Kind.LINEAR, macs, Growth.token(out.length()), read);
  }

  private String normalized(String block, String name, Growth outputs, String read) {
    return operation(block, name, Kind.LAYER_NORM, Growth.NONE, outputs, read);
  }

  private String elementwise(String block, String name, Growth outputs, String... reads) {
    return operation(block, name, Kind.ELEMENTWISE, Growth.NONE, outputs, reads);
  }

  private String operation(
      String block, String name, Kind kind, Growth macs, Growth outputs, String... reads) {
    Operation operation =
        new Operation(block, name, kind, macs, outputs, ImmutableList.copyOf(Arrays.asList(reads)));
    operations.add(operation);
    return operation.id();
  }
}
