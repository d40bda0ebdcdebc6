package dev.retort.space.text;

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

/** Writes the blueprint of one BERT-like encoder, in the order of Hugging Face's state dict. */
final class EncoderBlueprint {
  private final Architecture architecture;
  private final ImmutableList.Builder<TensorSpec> tensors = ImmutableList.builder();
  private final ImmutableList.Builder<Operation> operations = ImmutableList.builder();
  private final Axis hidden;

  EncoderBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.hidden = axis("hidden");
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
    String prefix = "bert.embeddings.";
    table(prefix + "word_embeddings", axis("vocabulary"));
    table(prefix + "position_embeddings", axis("positions"));
    table(prefix + "token_type_embeddings", axis("types"));
    norm(prefix + "LayerNorm");
    Growth state = Growth.token(hidden.length());
    String words = operation("embed", "words", Kind.LOOKUP, Growth.NONE, state);
    String positions = operation("embed", "positions", Kind.LOOKUP, Growth.NONE, state);
    String types = operation("embed", "types", Kind.LOOKUP, Growth.NONE, state);
    String sum = elementwise("embed", "sum", state, words, positions, types);
    return normalized("embed", "norm", state, sum);
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
    String prefix = "bert.encoder.layer." + layer + ".";
    linear(prefix + "attention.self.query", attention, hidden);
    linear(prefix + "attention.self.key", attention, hidden);
    linear(prefix + "attention.self.value", attention, hidden);
    linear(prefix + "attention.output.dense", hidden, attention);
    norm(prefix + "attention.output.LayerNorm");
    linear(prefix + "intermediate.dense", inner, hidden);
    linear(prefix + "output.dense", hidden, inner);
    norm(prefix + "output.LayerNorm");

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
    String gelu = elementwise(block, "gelu", Growth.token(inner.length()), up);
    String down = product(block, "feed-forward-down", hidden, inner, gelu);
    String last = elementwise(block, "feed-forward-sum", state, down, normed);
    return normalized(block, "feed-forward-norm", state, last);
  }

  private void head(String state) {
    Growth pooled = Growth.example(hidden.length());
    String pooling = architecture.word("pooling");
    String input;
    if (pooling.equals("pooler")) {
      linear("bert.pooler.dense", hidden, hidden);
      Growth macs = Growth.example(hidden.length() * hidden.length());
      input = operation("head", "pooler", Kind.LINEAR, macs, pooled, state);
      input = elementwise("head", "tanh", pooled, input);
    } else {
      input = elementwise("head", pooling, pooled, state);
    }
    int classes = architecture.integer("classes");
    if (classes > 0) {
      Axis labels = Axis.of("classes", classes);
      linear("classifier", labels, hidden);
      Growth macs = Growth.example(hidden.length() * classes);
      operation("head", "classifier", Kind.LINEAR, macs, Growth.example(classes), input);
    }
  }

  private Axis axis(String name) {
    return Axis.of(name, architecture.integer(name));
  }

  private void table(String name, Axis rows) {
    tensors.add(TensorSpec.of(name + ".weight", Role.EMBEDDING, rows, hidden));
  }

  private void linear(String name, Axis out, Axis in) {
    tensors.add(TensorSpec.of(name + ".weight", Role.MATRIX, out, in));
    tensors.add(TensorSpec.of(name + ".bias", Role.BIAS, out));
  }

  private void norm(String name) {
    tensors.add(TensorSpec.of(name + ".weight", Role.NORM_GAIN, hidden));
    tensors.add(TensorSpec.of(name + ".bias", Role.NORM_SHIFT, hidden));
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
