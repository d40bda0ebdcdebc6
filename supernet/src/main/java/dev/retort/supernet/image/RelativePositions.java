package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.image.VisionTransformerFamily;
import dev.retort.supernet.Pass;
import dev.retort.supernet.kernel.Scaling;

/**
 * Attention with relative positions as AutoFormer has it (Chen et al., ICCV 2021; after Shaw et
 * al., NAACL 2018): to each key, and to each value, as a query meets it, belongs the sum of a row
 * for the vertical and one for the horizontal distance between the two patches. Row 0 is for pairs
 * with a token that is no patch.
 *
 * <p>B batch, S sequence, A heads, d entries a head, W = A x d.
 */
final class RelativePositions {
  private final long[] vertical;
  private final long[] horizontal;
  private final int sequence;

  /**
   * The distances of a square of patches.
   *
   * @param side patches along a side
   * @param tokens tokens before the patches
   */
  RelativePositions(int side, int tokens) {
    this.sequence = tokens + side * side;
    this.vertical = new long[sequence * sequence];
    this.horizontal = new long[sequence * sequence];
    for (int query = 0; query < side * side; query++) {
      for (int key = 0; key < side * side; key++) {
        int pair = (tokens + query) * sequence + tokens + key;
        vertical[pair] = row(key / side - query / side);
        horizontal[pair] = row(key % side - query % side);
      }
    }
  }

  private static int row(int distance) {
    int farthest = VisionTransformerFamily.FARTHEST;
    return Math.max(-farthest, Math.min(farthest, distance)) + farthest + 1;
  }

  /** softmax(q (k + r)' / sqrt(d)): query and key [B,S,W] to [B,A,S,S]. */
  NDArray probabilities(NDArray query, NDArray key, int heads, String attention, Pass pass) {
    long width = query.getShape().get(2) / heads;
    NDArray scaled = split(Scaling.by(query, 1 / Math.sqrt((double) width)), heads);
    NDArray content = scaled.matMul(split(key, heads).swapAxes(2, 3));
    NDArray rows = rows(attention + "rel_pos_embed_k", query.getManager(), pass);
    NDArray places = joined(byQuery(scaled).matMul(rows.swapAxes(1, 2)), scaled.getShape());
    return content.add(places).softmax(-1);
  }

  /** probabilities (v + r): [B,A,S,S] and value [B,S,W] to [B,S,W]. */
  NDArray context(NDArray probabilities, NDArray value, String attention, Pass pass) {
    int heads = Math.toIntExact(probabilities.getShape().get(1));
    NDArray content = probabilities.matMul(split(value, heads));
    NDArray rows = rows(attention + "rel_pos_embed_v", value.getManager(), pass);
    NDArray places = joined(byQuery(probabilities).matMul(rows), probabilities.getShape());
    return content.add(places).transpose(0, 2, 1, 3).reshape(value.getShape());
  }

  /** What belongs to each pair of a query and a key, [S,S,d]. */
  private NDArray rows(String tables, NDManager manager, Pass pass) {
    return pass.kernels()
        .embedding(ids(vertical, manager), pass.weight(tables + ".embeddings_table_v"))
        .add(pass.kernels()
            .embedding(ids(horizontal, manager), pass.weight(tables + ".embeddings_table_h")));
  }

  /** In the engine's memory, which a graph keeps; Java's it would only point to. */
  private NDArray ids(long[] rows, NDManager manager) {
    try (NDArray borrowed = manager.create(rows, new Shape(sequence, sequence))) {
      return borrowed.duplicate();
    }
  }

  /** [B,A,S,n] to [S,B*A,n]: each query has rows of its own. */
  private static NDArray byQuery(NDArray x) {
    Shape shape = x.getShape();
    return x.transpose(2, 0, 1, 3).reshape(shape.get(2), shape.get(0) * shape.get(1), shape.get(3));
  }

  /** [S,B*A,n] back to [B,A,S,n]. */
  private static NDArray joined(NDArray x, Shape shape) {
    return x.transpose(1, 0, 2)
        .reshape(shape.get(0), shape.get(1), shape.get(2), x.getShape().get(2));
  }

  /** [B,S,W] to [B,A,S,d]. */
  private static NDArray split(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }
}
