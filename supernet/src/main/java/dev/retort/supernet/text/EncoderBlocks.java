package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.WholeLayer;
import dev.retort.supernet.kernel.EncoderKernels.Norms;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an encoder of text: BERT (Devlin et al., NAACL 2019) and those that differ from it
 * in their embeddings and heads. Layers are post-norm.
 *
 * <p>B batch, S sequence, H hidden, W attention width, I intermediate width.
 */
final class EncoderBlocks {
  private static final Tap LAST = new Tap("last_hidden_state");

  private EncoderBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    EncoderLayout layout = ((EncoderFamily) architecture.family()).layout();
    float epsilon = (float) architecture.number("norm-epsilon");
    Activation activation = EncoderFamily.activation(architecture);
    int layers = architecture.layers();
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new EncoderEmbeddings(architecture, layout, epsilon));
    for (int layer = 0; layer < layers; layer++) {
      int heads = architecture.integer("heads", layer);
      blocks.add(new Layer(layer, layout, heads, activation, layer == layers - 1, epsilon));
    }
    switch (EncoderFamily.head(architecture)) {
      case CLASSES -> blocks.add(new EncoderHeads.OfExamples(layout, architecture.word("pooling")));
      case TOKENS -> blocks.add(new EncoderHeads.OfTokens());
      case WORDS ->
        blocks.add(new EncoderHeads.OfWords(layout, layout.wordsActivation(activation), epsilon));
      case NONE -> {}
    }
    return blocks.build();
  }

  /** Self-attention and feed-forward network, each added and normalised: [B,S,H] to [B,S,H]. */
  private record Layer(
      int index,
      EncoderLayout layout,
      int heads,
      Activation activation,
      boolean last,
      float epsilon)
      implements Block {
    @Override
    public String name() {
      return "layer." + index;
    }

    @Override
    public ImmutableSet<Tap> taps() {
      ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
      taps.addAll(Tap.ofLayer(index));
      return last ? taps.add(LAST).build() : taps.build();
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray whole = whole(hidden, pass);
      return whole == null ? byOperations(hidden, pass) : whole;
    }

    private @Nullable NDArray whole(NDArray hidden, Pass pass) {
      WholeLayer.Parts parts = new WholeLayer.Parts(
          layout.layer(index),
          layout.query(),
          layout.key(),
          layout.value(),
          layout.attention(),
          layout.attentionNorm(),
          layout.up(),
          layout.down(),
          layout.norm());
      NDArray result = new WholeLayer(index, parts, Norms.AFTER, heads, activation, epsilon)
          .forward(hidden, pass.attentionBias(), pass);
      return result == null ? null : offered(result, pass);
    }

    private NDArray byOperations(NDArray hidden, Pass pass) {
      String prefix = layout.layer(index);
      NDArray query = pass.linear(hidden, prefix + layout.query());
      NDArray key = pass.linear(hidden, prefix + layout.key());
      NDArray value = pass.linear(hidden, prefix + layout.value());
      pass.offer(Tap.query(index), query);
      pass.offer(Tap.key(index), key);
      pass.offer(Tap.value(index), value);
      if (pass.wants(Tap.attention(index))) {
        pass.offer(
            Tap.attention(index),
            pass.kernels().attentionProbabilities(query, key, pass.attentionBias(), heads));
      }
      if (pass.done()) {
        return hidden;
      }

      NDArray context = pass.kernels().attention(query, key, value, pass.attentionBias(), heads);
      NDArray attended = pass.dropout(pass.linear(context, prefix + layout.attention()));
      NDArray middle =
          pass.layerNorm(attended.add(hidden), prefix + layout.attentionNorm(), epsilon);

      NDArray inner =
          pass.kernels().activate(pass.linear(middle, prefix + layout.up()), activation);
      pass.offer(Tap.intermediate(index), inner);
      NDArray outer = pass.dropout(pass.linear(inner, prefix + layout.down()));
      return offered(pass.layerNorm(outer.add(middle), prefix + layout.norm(), epsilon), pass);
    }

    private NDArray offered(NDArray result, Pass pass) {
      pass.offer(Tap.hidden(index + 1), result);
      if (last) {
        pass.offer(LAST, result);
      }
      return result;
    }
  }
}
