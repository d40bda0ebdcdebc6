package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.index.NDIndex;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a BERT-like encoder (Devlin et al., NAACL 2019): post-norm layers, exact GELU.
 *
 * <p>B batch, S sequence, H hidden, W attention width, I intermediate width, C classes.
 */
final class EncoderBlocks {
  private static final NDIndex FIRST_TOKEN = new NDIndex(":, 0");
  private static final Tap LAST = new Tap("last_hidden_state");

  private EncoderBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    int layers = architecture.layers();
    float epsilon = (float) architecture.number("norm-epsilon");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Embed(architecture, epsilon));
    for (int layer = 0; layer < layers; layer++) {
      blocks.add(
          new Layer(layer, architecture.integer("heads", layer), layer == layers - 1, epsilon));
    }
    if (architecture.integer("classes") > 0) {
      blocks.add(new Head(architecture.word("pooling")));
    }
    return blocks.build();
  }

  /** Word, position and type embeddings, normalised: ids [B,S] to [B,S,H]. */
  private record Embed(Architecture architecture, float epsilon) implements Block {
    @Override
    public String name() {
      return "embed";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of(Tap.hidden(0));
    }

    @Override
    public NDArray forward(NDArray ids, Pass pass) {
      String prefix = "bert.embeddings.";
      long sequence = ids.getShape().get(1);
      if (sequence > architecture.integer("positions")) {
        throw new IllegalArgumentException("A batch of " + sequence + " tokens an example for "
            + architecture + ", which has " + architecture.integer("positions") + " positions");
      }
      NDArray words = pass.kernels().embedding(ids, pass.weight(prefix + "word_embeddings.weight"));
      NDArray types = pass.kernels()
          .embedding(pass.text().types(), pass.weight(prefix + "token_type_embeddings.weight"));
      NDArray positions = pass.weight(prefix + "position_embeddings.weight")
          .get(ids.getManager(), new NDIndex().addSliceDim(0, sequence));
      NDArray sum = words.add(types).add(positions);
      NDArray hidden = pass.dropout(pass.layerNorm(sum, prefix + "LayerNorm", epsilon));
      pass.offer(Tap.hidden(0), hidden);
      return hidden;
    }
  }

  /** Self-attention and feed-forward network, each added and normalised: [B,S,H] to [B,S,H]. */
  private record Layer(int index, int heads, boolean last, float epsilon) implements Block {
    @Override
    public String name() {
      return "layer." + index;
    }

    @Override
    public ImmutableSet<Tap> taps() {
      ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
      taps.add(Tap.query(index), Tap.key(index), Tap.value(index), Tap.attention(index));
      taps.add(Tap.intermediate(index), Tap.hidden(index + 1));
      return last ? taps.add(LAST).build() : taps.build();
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      String prefix = "bert.encoder.layer." + index + ".";
      NDArray query = pass.linear(hidden, prefix + "attention.self.query");
      NDArray key = pass.linear(hidden, prefix + "attention.self.key");
      NDArray value = pass.linear(hidden, prefix + "attention.self.value");
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
      NDArray attended = pass.dropout(pass.linear(context, prefix + "attention.output.dense"));
      NDArray middle =
          pass.layerNorm(attended.add(hidden), prefix + "attention.output.LayerNorm", epsilon);

      NDArray inner = pass.kernels().gelu(pass.linear(middle, prefix + "intermediate.dense"));
      pass.offer(Tap.intermediate(index), inner);
      NDArray outer = pass.dropout(pass.linear(inner, prefix + "output.dense"));
      NDArray result = pass.layerNorm(outer.add(middle), prefix + "output.LayerNorm", epsilon);
      pass.offer(Tap.hidden(index + 1), result);
      if (last) {
        pass.offer(LAST, result);
      }
      return result;
    }
  }

  /** Pooling and classifier: [B,S,H] to logits [B,C]. */
  private record Head(String pooling) implements Block {
    @Override
    public String name() {
      return "head";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    public boolean head() {
      return true;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray pooled =
          switch (pooling) {
            case "pooler" ->
              pass.linear(hidden.get(FIRST_TOKEN), "bert.pooler.dense").tanh();
            case "first" -> hidden.get(FIRST_TOKEN);
            case "mean" -> mean(hidden, pass.text().mask());
            default -> throw new IllegalStateException("No pooling " + pooling);
          };
      return pass.linear(pass.dropout(pooled), "classifier");
    }

    /** The mean over tokens that are not padding. */
    private static NDArray mean(NDArray hidden, NDArray mask) {
      NDArray sum = hidden.mul(mask.expandDims(2)).sum(new int[] {1});
      NDArray count = NDArrays.maximum(mask.sum(new int[] {1}, true), 1f);
      return sum.div(count);
    }
  }
}
