package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/** One vector [B,D] of each example's feature. */
public final class Vectors {
  private Vectors() {}

  /** Which vector stands for a sequence. */
  public enum Tokens {
    /** The mean of those that are no padding. */
    MEAN,
    /** The first, which classifiers of BERT's kind read. */
    FIRST
  }

  /**
   * The vectors of features: maps are averaged over their pixels, vectors stay as they are.
   *
   * @param feature hidden states [B,S,D], maps [B,D,height,width] or vectors [B,D]
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @param tokens which vector stands for hidden states
   */
  public static NDArray of(NDArray feature, @Nullable NDArray mask, Tokens tokens) {
    Shape shape = feature.getShape();
    return switch (shape.dimension()) {
      case 4 ->
        Scaling.over(feature.sum(new int[] {2, 3}), Math.max(1, shape.get(2) * shape.get(3)));
      case 3 -> ofTokens(feature, mask, tokens);
      default -> feature;
    };
  }

  private static NDArray ofTokens(NDArray states, @Nullable NDArray mask, Tokens tokens) {
    if (tokens == Tokens.FIRST) {
      return Tensors.second(states, 0, states.getManager());
    }
    if (mask == null) {
      return Scaling.over(
          states.sum(new int[] {1}), Math.max(1, states.getShape().get(1)));
    }
    NDArray valid = Tensors.constantFloat(mask, states.getManager());
    NDArray count = Scaling.atLeast(valid.sum(new int[] {1}, true), 1);
    return states.mul(valid.expandDims(2)).sum(new int[] {1}).div(count);
  }
}
