package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.space.text.MobileBertFamily;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of MobileBERT (Sun et al., ACL 2020): layers that attend and feed forward inside a
 * bottleneck.
 *
 * <p>B batch, S sequence, E embedding width, H hidden, T bottleneck, W attention width, I inner
 * width, N tokens with labels ({@link Pass#counted}), V words.
 */
final class MobileBertBlocks {
  private static final Tap LAST = new Tap("last_hidden_state");
  private static final EncoderLayout NAMES = MobileBertFamily.LAYOUT;

  private MobileBertBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    Norm norm = new Norm(
        MobileBertFamily.normalizes(architecture), (float) architecture.number("norm-epsilon"));
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Embed(architecture, norm));
    for (int layer = 0; layer < architecture.layers(); layer++) {
      blocks.add(new Layer(architecture, layer, norm));
    }
    switch (EncoderFamily.head(architecture)) {
      case CLASSES -> blocks.add(new EncoderHeads.OfExamples(NAMES, architecture.word("pooling")));
      case TOKENS -> blocks.add(new EncoderHeads.OfTokens());
      case WORDS -> blocks.add(new OfWords(architecture, norm.epsilon()));
      case NONE -> {}
    }
    return blocks.build();
  }

  /** Layer normalisation, or the gain and the shift alone. */
  private record Norm(boolean normalizes, float epsilon) {
    /** What transformers adds to the variance where it does not take the network's. */
    private static final float FIXED_EPSILON = 1e-5f;

    NDArray of(NDArray x, String name, Pass pass) {
      return of(x, name, epsilon, pass);
    }

    NDArray fixed(NDArray x, String name, Pass pass) {
      return of(x, name, FIXED_EPSILON, pass);
    }

    private NDArray of(NDArray x, String name, float added, Pass pass) {
      return normalizes
          ? pass.layerNorm(x, name, added)
          : x.mul(pass.weight(name + ".weight")).add(pass.weight(name + ".bias"));
    }
  }

  /** A token with its neighbours, its position and its type: ids [B,S] to [B,S,H]. */
  private record Embed(Architecture architecture, Norm norm) implements Block {
    private static final NDIndex BEHIND_FIRST = new NDIndex(":, 1:");
    private static final NDIndex BEFORE_LAST = new NDIndex(":, :-1");

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
      EncoderEmbeddings.checkLength(ids, architecture);
      long sequence = ids.getShape().get(1);
      NDArray words = pass.kernels().embedding(ids, pass.weight(NAMES.wordTable()));
      NDArray sum = pass.linear(trigrams(words), NAMES.embeddings() + "embedding_transformation");
      NDArray positions = pass.weight(NAMES.embeddings() + "position_embeddings.weight");
      sum = sum.add(positions.get(ids.getManager(), new NDIndex().addSliceDim(0, sequence)));
      NDArray types = pass.weight(NAMES.embeddings() + "token_type_embeddings.weight");
      // Where there is one type it is that of every token, whatever a tokenizer of pairs says.
      sum = sum.add(
          architecture.integer("types") == 1
              ? types
              : pass.kernels().embedding(pass.text().types(), types));
      NDArray hidden = pass.dropout(norm.fixed(sum, NAMES.embeddings() + "LayerNorm", pass));
      pass.offer(Tap.hidden(0), hidden);
      return hidden;
    }

    /** The next word, the word and the one before it, zeros beyond the ends: to [B,S,3E]. */
    private static NDArray trigrams(NDArray words) {
      Shape shape = words.getShape();
      NDArray none =
          words.getManager().zeros(new Shape(shape.get(0), 1, shape.get(2)), words.getDataType());
      NDArray next = none;
      NDArray before = none;
      if (shape.get(1) > 1) {
        next = words.get(BEHIND_FIRST).concat(none, 1);
        before = none.concat(words.get(BEFORE_LAST), 1);
      }
      return NDArrays.concat(new NDList(next, words, before), 2);
    }
  }

  /** [B,S,H] to [B,S,H]. */
  private record Layer(Architecture architecture, int index, Norm norm) implements Block {
    @Override
    public String name() {
      return "layer." + index;
    }

    @Override
    public ImmutableSet<Tap> taps() {
      ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
      taps.addAll(Tap.ofLayer(index));
      return last() ? taps.add(LAST).build() : taps.build();
    }

    private boolean last() {
      return index == architecture.layers() - 1;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      String prefix = NAMES.layer(index);
      NDArray narrow = bottleneck(hidden, prefix + "bottleneck.input", pass);
      NDArray context = attention(hidden, narrow, pass);
      if (pass.done()) {
        return hidden;
      }
      NDArray state = norm.of(
          pass.linear(context, prefix + NAMES.attention()).add(narrow),
          prefix + NAMES.attentionNorm(),
          pass);
      int stack = MobileBertFamily.feedForwards(architecture, index);
      for (int i = 0; i < stack - 1; i++) {
        String own = prefix + "ffn." + i + ".";
        NDArray inner = inner(state, own + "intermediate.dense", pass);
        NDArray outer = pass.linear(inner, own + "output.dense").add(state);
        state = norm.of(outer, own + "output.LayerNorm", pass);
      }
      NDArray inner = inner(state, prefix + NAMES.up(), pass);
      pass.offer(Tap.intermediate(index), inner);
      NDArray outer = pass.linear(inner, prefix + NAMES.down()).add(state);
      state = norm.fixed(outer, prefix + NAMES.norm(), pass);
      NDArray wide = pass.dropout(pass.linear(state, prefix + "output.bottleneck.dense"));
      NDArray result = norm.of(wide.add(hidden), prefix + "output.bottleneck.LayerNorm", pass);
      pass.offer(Tap.hidden(index + 1), result);
      if (last()) {
        pass.offer(LAST, result);
      }
      return result;
    }

    /** [B,S,H] to [B,S,T]. */
    private NDArray bottleneck(NDArray hidden, String name, Pass pass) {
      return norm.of(pass.linear(hidden, name + ".dense"), name + ".LayerNorm", pass);
    }

    /** [B,S,H] and [B,S,T] to the heads side by side [B,S,W]. */
    private NDArray attention(NDArray hidden, NDArray narrow, Pass pass) {
      String prefix = NAMES.layer(index);
      int heads = architecture.integer("heads", index);
      boolean shared = MobileBertFamily.shared(architecture);
      NDArray read = shared ? bottleneck(hidden, prefix + "bottleneck.attention", pass) : narrow;
      NDArray query = pass.linear(read, prefix + NAMES.query());
      NDArray key = pass.linear(read, prefix + NAMES.key());
      NDArray value = pass.linear(shared ? hidden : narrow, prefix + NAMES.value());
      pass.offer(Tap.query(index), query);
      pass.offer(Tap.key(index), key);
      pass.offer(Tap.value(index), value);
      NDArray bias = pass.attentionBias();
      if (pass.wants(Tap.attention(index))) {
        pass.offer(
            Tap.attention(index), pass.kernels().attentionProbabilities(query, key, bias, heads));
      }
      return pass.done() ? query : pass.kernels().attention(query, key, value, bias, heads);
    }

    /** [B,S,T] to [B,S,I]. */
    private NDArray inner(NDArray state, String name, Pass pass) {
      Activation activation = EncoderFamily.activation(architecture);
      return pass.kernels().activate(pass.linear(state, name), activation);
    }
  }

  /**
   * Masked language modelling: [B,S,H] to logits [N,V], or [B,S,V] of all tokens. The table of
   * words reads the first E entries, a matrix of its own the others.
   */
  private record OfWords(Architecture architecture, float epsilon) implements Block {
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
      NDArray dense = pass.linear(pass.counted(hidden), NAMES.words());
      NDArray active = pass.kernels().activate(dense, EncoderFamily.activation(architecture));
      NDArray normed = pass.layerNorm(active, NAMES.wordsNorm(), epsilon);
      int embedding = architecture.integer("embedding");
      NDArray first = normed.get(new NDIndex("..., :" + embedding));
      NDArray more = normed.get(new NDIndex("..., " + embedding + ":"));
      NDArray table = pass.weight(NAMES.wordTable());
      return pass.kernels()
          .linear(first, table, pass.weight(NAMES.wordsBias()))
          .add(pass.linear(more, MobileBertFamily.MORE_WORDS));
    }
  }
}
