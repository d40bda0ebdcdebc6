package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Growth;
import dev.retort.space.Operation;
import dev.retort.space.Operation.Kind;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import dev.retort.space.TransformerDimensions;
import java.util.Arrays;

/**
 * Writes the blueprint of one vision Transformer, under the names that Hugging Face's files have.
 * Tables of relative positions, which those lack, have AutoFormer's names.
 */
final class VisionTransformerBlueprint {
  private static final Axis ONE = Axis.of("one", 1);

  private final Architecture architecture;
  private final ImagePlan plan;
  private final Axis hidden;
  private final String prefix;
  private final boolean relative;
  private final boolean bias;

  /** Length of the sequence. */
  private final long sequence;

  VisionTransformerBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.plan = new ImagePlan(architecture);
    this.hidden = Axis.of("hidden", architecture.integer("hidden"));
    this.prefix = VisionTransformerFamily.prefix(architecture);
    this.relative = VisionTransformerFamily.relative(architecture);
    this.bias = architecture.word("qkv-bias").equals("yes");
    this.sequence = VisionTransformerFamily.sequence(architecture);
  }

  Blueprint build() {
    head(body());
    return plan.build();
  }

  /** All before the last normalisation, which belongs to the head. */
  Backbone.Trunk trunk() {
    String last = body();
    int side = architecture.integer("resolution") / architecture.integer("patch");
    plan.endStage(
        "layer." + (architecture.layers() - 1), new ImagePlan.Feature(hidden, side, last));
    return plan.trunk();
  }

  private String body() {
    String state = embeddings();
    for (int layer = 0; layer < architecture.layers(); layer++) {
      state = layer(layer, state);
    }
    return state;
  }

  private String embeddings() {
    String name = prefix + "embeddings.";
    plan.tensor(TensorSpec.of(name + "cls_token", Role.TOKEN, ONE, ONE, hidden));
    if (VisionTransformerFamily.tokens(architecture) == 2) {
      plan.tensor(TensorSpec.of(name + "distillation_token", Role.TOKEN, ONE, ONE, hidden));
    }
    Axis positions = Axis.of("positions", Math.toIntExact(sequence));
    plan.tensor(TensorSpec.of(name + "position_embeddings", Role.TOKEN, ONE, positions, hidden));
    ImagePlan.Feature patches = plan.convolution(
        "embed",
        "patches",
        name + "patch_embeddings.projection",
        plan.input(architecture.integer("channels"), architecture.integer("resolution")),
        hidden,
        patches(architecture),
        1,
        true);
    String tokens = elementwise("embed", "tokens", states(), patches.id());
    return elementwise("embed", "positions", states(), tokens);
  }

  /** The window of a patch. */
  static Window patches(Architecture architecture) {
    int patch = architecture.integer("patch");
    return new Window(patch, patch, Window.Padding.NONE);
  }

  /** Writes a layer that reads an operation's output, and returns the operation it ends with. */
  private String layer(int layer, String input) {
    String block = "layer." + layer;
    // Each layer's inner planes are its own: no other layer's are added to them.
    Axis attention = new Axis(
        block + ".attention",
        architecture.integer("heads", layer),
        architecture.integer("head-size"));
    Axis inner =
        Axis.of(block + ".intermediate", TransformerDimensions.intermediate(architecture, layer));
    String name = prefix + "encoder.layer." + layer + ".";
    linear(name + "attention.attention.query", attention, hidden, bias);
    linear(name + "attention.attention.key", attention, hidden, bias);
    linear(name + "attention.attention.value", attention, hidden, bias);
    if (relative) {
      tables(name + "attention.attention.rel_pos_embed_k", attention);
      tables(name + "attention.attention.rel_pos_embed_v", attention);
    }
    linear(name + "attention.output.dense", hidden, attention, true);
    linear(name + "intermediate.dense", inner, hidden, true);
    linear(name + "output.dense", hidden, inner, true);
    norm(name + "layernorm_before");
    norm(name + "layernorm_after");

    String normed = normalized(block, "attention-norm", input);
    String query = product(block, "query", attention, hidden, normed);
    String key = product(block, "key", attention, hidden, normed);
    String value = product(block, "value", attention, hidden, normed);
    String context = attention(block, attention, query, key, value);
    String output = product(block, "attention-output", hidden, attention, context);
    String middle = elementwise(block, "attention-sum", states(), output, input);
    String second = normalized(block, "feed-forward-norm", middle);
    String up = product(block, "feed-forward-up", inner, hidden, second);
    String gelu = elementwise(block, "gelu", sequence * inner.length(), up);
    String down = product(block, "feed-forward-down", hidden, inner, gelu);
    return elementwise(block, "feed-forward-sum", states(), down, middle);
  }

  private String attention(String block, Axis width, String query, String key, String value) {
    long maps = sequence * sequence * width.groups();
    long contexts = sequence * width.length();
    String scores = pairs(block, "scores", width, maps, query, key);
    if (relative) {
      String places = places(block, "key", width);
      String more = relative(block, "relative-scores", width, maps, query, places);
      scores = elementwise(block, "scores-sum", maps, scores, more);
    }
    String softmax = elementwise(block, "softmax", maps, scores);
    String context = pairs(block, "context", width, contexts, softmax, value);
    if (relative) {
      String places = places(block, "value", width);
      String more = relative(block, "relative-context", width, contexts, softmax, places);
      context = elementwise(block, "context-sum", contexts, context, more);
    }
    return context;
  }

  /** The rows of the two tables for each pair of tokens, and their sum. */
  private String places(String block, String label, Axis width) {
    long rows = Math.multiplyExact(sequence * sequence, width.size());
    String vertical =
        operation(block, label + "-vertical", Kind.LOOKUP, Growth.NONE, Growth.example(rows));
    String horizontal =
        operation(block, label + "-horizontal", Kind.LOOKUP, Growth.NONE, Growth.example(rows));
    return elementwise(block, label + "-positions", rows, vertical, horizontal);
  }

  private void head(String state) {
    norm(prefix + "layernorm");
    String normed = normalized("head", "norm", state);
    int classes = architecture.integer("classes");
    if (classes == 0) {
      return;
    }
    Axis labels = Axis.of("classes", classes);
    if (!VisionTransformerFamily.distilled(architecture)) {
      linear("classifier", labels, hidden, true);
      String pooled = elementwise("head", "pooling", hidden.length(), normed);
      classify("classifier", labels, pooled);
      return;
    }
    linear("cls_classifier", labels, hidden, true);
    linear("distillation_classifier", labels, hidden, true);
    String first = elementwise("head", "class-token", hidden.length(), normed);
    String second = elementwise("head", "distillation-token", hidden.length(), normed);
    String ofClass = classify("class-classifier", labels, first);
    String ofDistillation = classify("distillation-classifier", labels, second);
    elementwise("head", "mean", classes, ofClass, ofDistillation);
  }

  private String classify(String label, Axis labels, String pooled) {
    Growth macs = Growth.example(hidden.length() * labels.length());
    return operation("head", label, Kind.LINEAR, macs, Growth.example(labels.length()), pooled);
  }

  /** Numbers of the hidden states of one image. */
  private long states() {
    return sequence * hidden.length();
  }

  private void linear(String name, Axis out, Axis in, boolean withBias) {
    plan.tensor(TensorSpec.of(name + ".weight", Role.MATRIX, out, in));
    if (withBias) {
      plan.tensor(TensorSpec.of(name + ".bias", Role.BIAS, out));
    }
  }

  private void norm(String name) {
    plan.tensor(TensorSpec.of(name + ".weight", Role.NORM_GAIN, hidden));
    plan.tensor(TensorSpec.of(name + ".bias", Role.NORM_SHIFT, hidden));
  }

  /** All heads share the tables, whose columns are the entries of a head. */
  private void tables(String name, Axis width) {
    Axis rows = Axis.of("distances", VisionTransformerFamily.DISTANCES);
    Axis columns = Axis.of("head-size", width.size());
    plan.tensor(TensorSpec.of(name + ".embeddings_table_v", Role.EMBEDDING, rows, columns));
    plan.tensor(TensorSpec.of(name + ".embeddings_table_h", Role.EMBEDDING, rows, columns));
  }

  private String product(String block, String label, Axis out, Axis in, String read) {
    Growth macs = Growth.example(Math.multiplyExact(sequence, out.length() * in.length()));
    return operation(
        block, label, Kind.LINEAR, macs, Growth.example(sequence * out.length()), read);
  }

  /** A product of two activations: a multiply-accumulate for each pair of tokens and column. */
  private String pairs(String block, String label, Axis width, long outputs, String... reads) {
    return operation(block, label, Kind.ATTENTION, pairs(width), Growth.example(outputs), reads);
  }

  private String relative(String block, String label, Axis width, long outputs, String... reads) {
    return operation(
        block, label, Kind.RELATIVE_ATTENTION, pairs(width), Growth.example(outputs), reads);
  }

  private Growth pairs(Axis width) {
    return Growth.example(Math.multiplyExact(sequence * sequence, width.length()));
  }

  private String normalized(String block, String label, String read) {
    return operation(block, label, Kind.LAYER_NORM, Growth.NONE, Growth.example(states()), read);
  }

  private String elementwise(String block, String label, long outputs, String... reads) {
    return operation(block, label, Kind.ELEMENTWISE, Growth.NONE, Growth.example(outputs), reads);
  }

  private String operation(
      String block, String label, Kind kind, Growth macs, Growth outputs, String... reads) {
    Operation operation = new Operation(
        block, label, kind, macs, outputs, ImmutableList.copyOf(Arrays.asList(reads)));
    plan.operation(operation);
    return operation.id();
  }
}
