package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.text.DecoderFamily;
import dev.retort.space.text.DecoderNames;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.WholeLayer;
import dev.retort.supernet.kernel.EncoderKernels.Norms;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a decoder (GPT-2, OPT, Llama, GPT-NeoX): each token sees those before it. Layers
 * normalise what they read, or as OPT-350M what they added. They are run with a cache of what was
 * read before or without, to the same numbers.
 *
 * <p>B batch, S sequence, K tokens looked at, H hidden, Q query width, G groups, D entries of a
 * head, I intermediate width, V words, W width of the tables of words, H where nothing else is
 * said.
 */
final class DecoderBlocks {
  private static final Tap LAST = new Tap("last_hidden_state");

  private DecoderBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Embed(architecture));
    Norm norm = Norm.of(architecture);
    Rotary rotary = DecoderFamily.of(architecture).rotary() ? Rotary.of(architecture) : null;
    for (int layer = 0; layer < architecture.layers(); layer++) {
      blocks.add(new Layer(architecture, layer, norm, rotary));
    }
    blocks.add(new Head(architecture, norm));
    return blocks.build();
  }

  /** The normalisation of a network. */
  private record Norm(boolean rootMeanSquare, float epsilon) {
    static Norm of(Architecture architecture) {
      return new Norm(DecoderFamily.of(architecture).rootMeanSquare(), (float)
          architecture.number("norm-epsilon"));
    }

    NDArray of(NDArray x, String name, Pass pass) {
      return rootMeanSquare ? pass.rmsNorm(x, name, epsilon) : pass.layerNorm(x, name, epsilon);
    }
  }

  /** Words, and positions where these are learnt: ids [B,S] to [B,S,H]. */
  private record Embed(Architecture architecture) implements Block {
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
      DecoderFamily family = DecoderFamily.of(architecture);
      NDArray hidden =
          pass.kernels().embedding(ids, pass.weight(family.names().words() + ".weight"));
      if (DecoderFamily.projects(architecture)) {
        hidden = pass.linear(hidden, family.names().projectIn());
      }
      String table = family.names().positions();
      if (table != null) {
        NDArray positions = TokenOrder.positions(pass);
        require(positions, pass);
        NDArray rows = family.offset() == 0 ? positions : positions.add(family.offset());
        hidden = hidden.add(pass.kernels().embedding(rows, pass.weight(table + ".weight")));
      }
      hidden = pass.dropout(hidden);
      pass.offer(Tap.hidden(0), hidden);
      return hidden;
    }

    /** Positions are looked at only where so many tokens may have too many: that costs a wait. */
    private void require(NDArray positions, Pass pass) {
      NDArray before = pass.rememberedMask();
      long most =
          positions.getShape().get(1) + (before == null ? 0 : before.getShape().get(1));
      long known = architecture.integer("positions");
      if (most <= known) {
        return;
      }
      long last = positions.max().getLong();
      if (last >= known) {
        throw new IllegalArgumentException("A batch of up to " + (last + 1)
            + " tokens an example for " + architecture + ", which has " + known + " positions");
      }
    }
  }

  /** Attention and feed-forward network, each normalised and added: [B,S,H] to [B,S,H]. */
  private record Layer(Architecture architecture, int index, Norm norm, @Nullable Rotary rotary)
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
      DecoderNames names = DecoderFamily.of(architecture).names();
      boolean after = DecoderFamily.normAfter(architecture);
      // Rotary positions turn queries and keys inside, and a cache wants the keys.
      NDArray whole =
          rotary == null && !pass.remembers() ? whole(hidden, names, after, pass) : null;
      NDArray result = whole != null
          ? whole
          : after ? normedAfter(hidden, names, pass) : normedBefore(hidden, names, pass);
      pass.offer(Tap.hidden(index + 1), result);
      return result;
    }

    private @Nullable NDArray whole(NDArray hidden, DecoderNames names, boolean after, Pass pass) {
      WholeLayer.Parts parts = new WholeLayer.Parts(
          names.layer(index),
          names.query(),
          names.key(),
          names.value(),
          names.output(),
          names.firstNorm(),
          names.up(),
          names.down(),
          names.secondNorm());
      WholeLayer layer = new WholeLayer(
          index,
          parts,
          after ? Norms.AFTER : Norms.BEFORE,
          architecture.integer("heads", index),
          DecoderFamily.activation(architecture),
          norm.epsilon());
      return layer.forward(hidden, TokenOrder.bias(pass), pass);
    }

    /** The layer that normalises what it reads, [B,S,H] to [B,S,H]. */
    private NDArray normedBefore(NDArray hidden, DecoderNames names, Pass pass) {
      String prefix = names.layer(index);
      NDArray context = attention(norm.of(hidden, prefix + names.firstNorm(), pass), names, pass);
      if (pass.done()) {
        return hidden;
      }
      NDArray attended = pass.dropout(pass.linear(context, prefix + names.output()));
      NDArray middle = attended.add(hidden);
      NDArray read = DecoderFamily.parallel(architecture) ? hidden : middle;
      NDArray inner = inner(norm.of(read, prefix + names.secondNorm(), pass), names, pass);
      pass.offer(Tap.intermediate(index), inner);
      return middle.add(pass.dropout(pass.linear(inner, prefix + names.down())));
    }

    /** The layer that normalises each sum, [B,S,H] to [B,S,H]. */
    private NDArray normedAfter(NDArray hidden, DecoderNames names, Pass pass) {
      String prefix = names.layer(index);
      NDArray context = attention(hidden, names, pass);
      if (pass.done()) {
        return hidden;
      }
      NDArray attended = pass.dropout(pass.linear(context, prefix + names.output()));
      NDArray middle = norm.of(attended.add(hidden), prefix + names.firstNorm(), pass);
      NDArray inner = inner(middle, names, pass);
      pass.offer(Tap.intermediate(index), inner);
      NDArray outer = pass.dropout(pass.linear(inner, prefix + names.down()));
      return norm.of(outer.add(middle), prefix + names.secondNorm(), pass);
    }

    /** [B,S,H] to the heads side by side [B,S,Q]. */
    private NDArray attention(NDArray read, DecoderNames names, Pass pass) {
      String prefix = names.layer(index);
      int heads = architecture.integer("heads", index);
      int groups = DecoderFamily.groups(architecture, index);
      NDArray query = pass.linear(read, prefix + names.query());
      NDArray key = pass.linear(read, prefix + names.key());
      NDArray value = pass.linear(read, prefix + names.value());
      pass.offer(Tap.query(index), query);
      pass.offer(Tap.key(index), key);
      pass.offer(Tap.value(index), value);
      if (rotary != null) {
        query = rotary.turn(query, heads, pass);
        key = rotary.turn(key, groups, pass);
      }
      NDArray keys = shared(pass.remembered(key), groups, heads);
      NDArray values = shared(pass.remembered(value), groups, heads);
      NDArray bias = TokenOrder.bias(pass);
      if (pass.wants(Tap.attention(index))) {
        pass.offer(
            Tap.attention(index), pass.kernels().attentionProbabilities(query, keys, bias, heads));
      }
      return pass.done() ? query : pass.kernels().attention(query, keys, values, bias, heads);
    }

    /** Keys or values [B,K,G*D] as often as heads of a group look at them: [B,K,Q]. */
    private static NDArray shared(NDArray x, int groups, int heads) {
      if (groups == heads) {
        return x;
      }
      Shape shape = x.getShape();
      long size = shape.get(2) / groups;
      long each = heads / groups;
      return x.reshape(shape.get(0), shape.get(1), groups, 1, size)
          .broadcast(shape.get(0), shape.get(1), groups, each, size)
          .reshape(shape.get(0), shape.get(1), heads * size);
    }

    /** [B,S,H] to [B,S,I]. */
    private NDArray inner(NDArray normed, DecoderNames names, Pass pass) {
      String prefix = names.layer(index);
      NDArray up = pass.linear(normed, prefix + names.up());
      if (names.gate() == null) {
        return pass.kernels().activate(up, DecoderFamily.activation(architecture));
      }
      NDArray gate = pass.linear(normed, prefix + names.gate());
      return pass.kernels()
          .activate(gate, DecoderFamily.activation(architecture))
          .mul(up);
    }
  }

  /** Logits of the next token: [B,S,H] to [B,S,V], or to [N,V] of the N tokens that are counted. */
  private record Head(Architecture architecture, Norm norm) implements Block {
    @Override
    public String name() {
      return "head";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of(LAST);
    }

    @Override
    public boolean head() {
      return true;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      DecoderNames names = DecoderFamily.of(architecture).names();
      if (pass.wants(LAST)) {
        pass.offer(LAST, normed(hidden, names, pass));
      }
      if (pass.done()) {
        return hidden;
      }
      NDArray counted = normed(pass.counted(hidden), names, pass);
      if (DecoderFamily.projects(architecture)) {
        counted = pass.linear(counted, names.projectOut());
      }
      String table = DecoderFamily.tied(architecture) ? names.words() : names.head();
      return pass.linear(counted, table);
    }

    private NDArray normed(NDArray hidden, DecoderNames names, Pass pass) {
      return DecoderFamily.finalNorm(architecture)
          ? norm.of(hidden, names.finalNorm(), pass)
          : hidden;
    }
  }
}
