package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.VisionTransformerFamily;
import dev.retort.space.image.Window;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.WholeLayer;
import dev.retort.supernet.kernel.EncoderKernels.Norms;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a vision Transformer (Dosovitskiy et al., ICLR 2021; DeiT: Touvron et al., ICML
 * 2021): pre-norm layers, exact GELU, a normalisation before the head.
 *
 * <p>Taps are those of text encoders. {@code hiddenN} is what layer N-1 gives; {@code
 * last_hidden_state} is normalised and belongs to the head, which is there without classes too and
 * then gives it. A network with two heads has {@code logits.class} and {@code logits.distillation}.
 *
 * <p>B batch, D planes, R resolution, N patches, S sequence (tokens and patches), H hidden, W
 * attention width, I intermediate width, C classes.
 */
final class VisionTransformerBlocks {
  private static final Tap LAST = new Tap("last_hidden_state");
  private static final Tap OF_CLASS = new Tap("logits.class");
  private static final Tap OF_DISTILLATION = new Tap("logits.distillation");

  private VisionTransformerBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    String prefix = VisionTransformerFamily.prefix(architecture);
    float epsilon = (float) architecture.number("norm-epsilon");
    RelativePositions positions = VisionTransformerFamily.relative(architecture)
        ? new RelativePositions(
            VisionTransformerFamily.side(architecture),
            VisionTransformerFamily.tokens(architecture))
        : null;
    boolean bias = architecture.word("qkv-bias").equals("yes");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Embed(architecture, prefix));
    for (int layer = 0; layer < architecture.layers(); layer++) {
      int heads = architecture.integer("heads", layer);
      blocks.add(new Layer(layer, prefix, heads, bias, epsilon, positions));
    }
    return blocks.add(new Head(architecture, prefix, epsilon)).build();
  }

  /** Patches behind their tokens, and positions: pixels [B,D,R,R] to [B,S,H]. */
  private record Embed(Architecture architecture, String prefix) implements Block {
    @Override
    public String name() {
      return "embed";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of(Tap.hidden(0));
    }

    @Override
    public NDArray forward(NDArray pixels, Pass pass) {
      check(pass.images().pixels().getShape());
      check(pixels.getShape());
      String name = prefix + "embeddings.";
      int patch = architecture.integer("patch");
      NDArray planes = pass.convolution(
          pixels,
          name + "patch_embeddings.projection",
          new Window(patch, patch, Window.Padding.NONE),
          1);
      Shape shape = planes.getShape();
      NDArray patches = planes
          .reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3))
          .transpose(0, 2, 1);
      if (VisionTransformerFamily.tokens(architecture) == 2) {
        patches = token(pass.weight(name + "distillation_token"), patches).concat(patches, 1);
      }
      NDArray tokens = token(pass.weight(name + "cls_token"), patches).concat(patches, 1);
      NDArray hidden = pass.dropout(tokens.add(pass.weight(name + "position_embeddings")));
      pass.offer(Tap.hidden(0), hidden);
      return hidden;
    }

    private void check(Shape shape) {
      long channels = architecture.integer("channels");
      long resolution = architecture.integer("resolution");
      if (shape.dimension() != 4
          || shape.get(1) != channels
          || shape.get(2) != resolution
          || shape.get(3) != resolution) {
        throw new IllegalArgumentException("Images of shape " + shape + " for " + architecture
            + ", which looks at [B, " + channels + ", " + resolution + ", " + resolution
            + "]: its positions are learnt for this resolution, resize the images");
      }
    }

    /** A token [1,1,H] once for each example of a state [B,..,H]. */
    private static NDArray token(NDArray token, NDArray state) {
      NDManager manager = state.getManager();
      NDArray each =
          token.broadcast(state.getShape().get(0), 1, state.getShape().get(2));
      each.attach(manager);
      return each;
    }
  }

  /** Self-attention and feed-forward network, each behind its norm: [B,S,H] to [B,S,H]. */
  private record Layer(
      int index,
      String prefix,
      int heads,
      boolean bias,
      float epsilon,
      @Nullable RelativePositions positions)
      implements Block {
    @Override
    public String name() {
      return "layer." + index;
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return Tap.ofLayer(index);
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      String name = prefix + "encoder.layer." + index + ".";
      NDArray whole = positions == null ? whole(hidden, name, pass) : null;
      NDArray result = whole == null ? byOperations(hidden, name, pass) : whole;
      pass.offer(Tap.hidden(index + 1), result);
      return result;
    }

    private @Nullable NDArray whole(NDArray hidden, String name, Pass pass) {
      WholeLayer.Parts parts = new WholeLayer.Parts(
          name,
          "attention.attention.query",
          "attention.attention.key",
          "attention.attention.value",
          "attention.output.dense",
          "layernorm_before",
          "intermediate.dense",
          "output.dense",
          "layernorm_after");
      return new WholeLayer(index, parts, Norms.BEFORE, heads, Activation.GELU, epsilon)
          .forward(hidden, null, pass);
    }

    private NDArray byOperations(NDArray hidden, String name, Pass pass) {
      String attention = name + "attention.attention.";
      NDArray normed = pass.layerNorm(hidden, name + "layernorm_before", epsilon);
      NDArray query = projection(normed, attention + "query", pass);
      NDArray key = projection(normed, attention + "key", pass);
      NDArray value = projection(normed, attention + "value", pass);
      pass.offer(Tap.query(index), query);
      pass.offer(Tap.key(index), key);
      pass.offer(Tap.value(index), value);
      NDArray probabilities = probabilities(query, key, attention, pass);
      if (probabilities != null) {
        pass.offer(Tap.attention(index), probabilities);
      }
      if (pass.done()) {
        return hidden;
      }

      NDArray context = positions == null || probabilities == null
          ? pass.kernels().attention(query, key, value, null, heads)
          : positions.context(probabilities, value, attention, pass);
      NDArray middle =
          pass.dropout(pass.linear(context, name + "attention.output.dense")).add(hidden);

      NDArray second = pass.layerNorm(middle, name + "layernorm_after", epsilon);
      NDArray inner = pass.kernels().gelu(pass.linear(second, name + "intermediate.dense"));
      pass.offer(Tap.intermediate(index), inner);
      return pass.dropout(pass.linear(inner, name + "output.dense")).add(middle);
    }

    /** The attention probabilities, where they are asked for or needed. */
    private @Nullable NDArray probabilities(
        NDArray query, NDArray key, String attention, Pass pass) {
      if (!pass.wants(Tap.attention(index)) && (positions == null || pass.done())) {
        return null;
      }
      return positions == null
          ? pass.kernels().attentionProbabilities(query, key, null, heads)
          : positions.probabilities(query, key, heads, attention, pass);
    }

    private NDArray projection(NDArray x, String name, Pass pass) {
      NDArray shift = bias ? pass.weight(name + ".bias") : null;
      return pass.kernels().linear(x, pass.weight(name + ".weight"), shift);
    }
  }

  /** Norm, pooling and classifiers: [B,S,H] to logits [B,C], or to [B,S,H] without classes. */
  private record Head(Architecture architecture, String prefix, float epsilon) implements Block {
    private static final NDIndex FIRST_TOKEN = new NDIndex(":, 0");
    private static final NDIndex SECOND_TOKEN = new NDIndex(":, 1");
    private static final NDIndex PATCHES = new NDIndex(":, 1:");

    @Override
    public String name() {
      return "head";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return head() && VisionTransformerFamily.distilled(architecture)
          ? ImmutableSet.of(LAST, OF_CLASS, OF_DISTILLATION)
          : ImmutableSet.of(LAST);
    }

    @Override
    public boolean head() {
      return architecture.integer("classes") > 0;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray normed = pass.layerNorm(hidden, prefix + "layernorm", epsilon);
      pass.offer(LAST, normed);
      if (!head() || pass.done()) {
        return normed;
      }
      if (!VisionTransformerFamily.distilled(architecture)) {
        NDArray pooled = architecture.word("pooling").equals("class")
            ? normed.get(FIRST_TOKEN)
            : normed.get(PATCHES).mean(new int[] {1});
        return pass.linear(pooled, "classifier");
      }
      NDArray ofClass = pass.linear(normed.get(FIRST_TOKEN), "cls_classifier");
      NDArray ofDistillation = pass.linear(normed.get(SECOND_TOKEN), "distillation_classifier");
      pass.offer(OF_CLASS, ofClass);
      pass.offer(OF_DISTILLATION, ofDistillation);
      return Scaling.over(ofClass.add(ofDistillation), 2);
    }
  }
}
