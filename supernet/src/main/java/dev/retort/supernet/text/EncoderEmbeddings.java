package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * Word, position and type embeddings, normalised, and mapped to the hidden width where the tables
 * have another: ids [B,S] to [B,S,H].
 *
 * <p>B batch, S sequence, E embedding width, H hidden.
 */
record EncoderEmbeddings(Architecture architecture, EncoderLayout layout, float epsilon)
    implements Block {
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
    long sequence = ids.getShape().get(1);
    int longest = architecture.family().longest(architecture);
    if (sequence > longest) {
      throw new IllegalArgumentException("A batch of " + sequence + " tokens an example for "
          + architecture + ", which has " + longest + " positions for them");
    }
    NDArray sum = pass.kernels().embedding(ids, pass.weight(layout.wordTable()));
    int types = EncoderFamily.types(architecture);
    if (types > 0) {
      NDArray table = pass.weight(layout.embeddings() + "token_type_embeddings.weight");
      // Where there is one type it is that of every token, whatever a tokenizer of pairs says.
      sum = sum.add(types == 1 ? table : pass.kernels().embedding(pass.text().types(), table));
    }
    sum = sum.add(positions(ids, pass));
    NDArray hidden = pass.dropout(pass.layerNorm(sum, layout.embeddings() + "LayerNorm", epsilon));
    if (EncoderFamily.embedding(architecture) != architecture.integer("hidden")) {
      hidden = pass.linear(hidden, layout.project());
    }
    pass.offer(Tap.hidden(0), hidden);
    return hidden;
  }

  /** The rows of the places of tokens, [S,E] or [B,S,E]. */
  private NDArray positions(NDArray ids, Pass pass) {
    NDArray table = pass.weight(layout.embeddings() + "position_embeddings.weight");
    if (!architecture.has("padding")) {
      return table.get(
          ids.getManager(), new NDIndex().addSliceDim(0, ids.getShape().get(1)));
    }
    // Tokens are counted from the place behind that of padding, which stands at its own id.
    int padding = architecture.integer("padding");
    NDArray tokens = ids.neq(padding).toType(DataType.INT64, false);
    NDArray places = tokens.cumSum(1).mul(tokens).add(padding);
    return pass.kernels().embedding(places, table);
  }
}
