package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.EncoderKernels;

/**
 * Word, position and type embeddings, normalised, and mapped to the hidden width where the tables
 * have another: ids [B,S] to [B,S,H].
 *
 * <p>B batch, S sequence, E embedding width, H hidden.
 */
record EncoderEmbeddings(Architecture architecture, EncoderLayout layout, float epsilon)
    implements Block {
  private static final String POSITIONS = "position_embeddings.weight";
  private static final String TYPES = "token_type_embeddings.weight";

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public ImmutableSet<Tap> taps() {
    return ImmutableSet.of(Tap.hidden(0));
  }

  /** Refuses texts [B,S] that are longer than positions were learnt for. */
  static void checkLength(NDArray ids, Architecture architecture) {
    long sequence = ids.getShape().get(1);
    int longest = architecture.family().longest(architecture);
    if (sequence > longest) {
      throw new IllegalArgumentException("A batch of " + sequence + " tokens an example for "
          + architecture + ", which has " + longest + " positions for them");
    }
  }

  @Override
  public NDArray forward(NDArray ids, Pass pass) {
    checkLength(ids, architecture);
    NDArray hidden = pass.dropout(normalised(ids, pass));
    if (EncoderFamily.embedding(architecture) != architecture.integer("hidden")) {
      hidden = pass.linear(hidden, layout.project());
    }
    pass.offer(Tap.hidden(0), hidden);
    return hidden;
  }

  private NDArray normalised(NDArray ids, Pass pass) {
    String norm = layout.embeddings() + "LayerNorm";
    EncoderKernels kernels = pass.kernels().encoder();
    if (kernels != null && EncoderFamily.types(architecture) > 1 && !architecture.has("padding")) {
      EncoderKernels.Operands operands = pass.operands(ImmutableList.of(
          layout.wordTable(),
          layout.embeddings() + POSITIONS,
          layout.embeddings() + TYPES,
          norm + ".weight",
          norm + ".bias"));
      if (operands != null && kernels.accepts(ids, operands)) {
        return kernels.embeddings(ids, pass.text().types(), operands, epsilon);
      }
    }
    NDArray sum = pass.kernels().embedding(ids, pass.weight(layout.wordTable()));
    int types = EncoderFamily.types(architecture);
    if (types > 0) {
      NDArray table = pass.weight(layout.embeddings() + TYPES);
      // Where there is one type it is that of every token, whatever a tokenizer of pairs says.
      sum = sum.add(types == 1 ? table : pass.kernels().embedding(pass.text().types(), table));
    }
    return pass.layerNorm(sum.add(positions(ids, pass)), norm, epsilon);
  }

  /** The rows of the places of tokens, [S,E] or [B,S,E]. */
  private NDArray positions(NDArray ids, Pass pass) {
    NDArray table = pass.weight(layout.embeddings() + POSITIONS);
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
