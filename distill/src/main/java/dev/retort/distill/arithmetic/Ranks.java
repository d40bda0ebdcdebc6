package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.PairwiseRanks;
import dev.retort.supernet.kernel.Scaling;
import java.util.function.UnaryOperator;

/**
 * Ranks of the entries of each row, ascending: the largest of C entries has rank C. B batch, C
 * entries.
 */
public final class Ranks {
  private Ranks() {}

  /**
   * Exact ranks, ties sharing the mean of theirs; no graph. Values are compared as float32.
   *
   * @param values [B,C]
   * @return [B,C], of the values' type
   */
  public static NDArray hard(NDArray values) {
    NDArray fixed = values.stopGradient();
    // Ties stand in the order of their columns, so that from both ends together they share alike.
    NDArray places = Ranking.places(Ranking.order(fixed))
        .add(Ranking.places(Ranking.order(fixed.flip(1))).flip(1))
        .toType(values.getDataType(), false);
    return Scaling.plus(Scaling.by(places, -0.5), values.getShape().get(1));
  }

  /**
   * Soft ranks of pairwise comparisons: rank_i = 1/2 + sum_j sigmoid((a_i - a_j) / tau), j = i
   * among them; Qin et al., Information Retrieval 13, 2010. Exact as tau goes to 0, where the
   * gradient goes to 0 too. Takes O(B C^2) time and no graph: {@link #following} has one.
   *
   * @param values [B,C]
   * @param tau above 0, in units of the values
   * @throws IllegalArgumentException when there are more than 2^31 pairs, as of a vocabulary
   */
  public static NDArray sigmoid(NDArray values, double tau) {
    requireRoom(values.getShape(), values.getShape().get(1), "every pair of them is compared");
    return Scaling.plus(PairwiseRanks.of(Scaling.over(values, tau)), 0.5);
  }

  /**
   * A function of {@link #sigmoid} ranks with its graph back to the values. The derivative of the
   * function is taken here, and with it that of the ranks, pair by pair: a graph of the ranks
   * themselves would hold several arrays of [B,C,C].
   *
   * @param values [B,C]
   * @param tau as for the ranks
   * @param ranks those of the values
   * @param function one number [B] of each row of ranks [B,C] by itself
   * @return [B]
   */
  public static NDArray following(
      NDArray values, double tau, NDArray ranks, UnaryOperator<NDArray> function) {
    if (!Autograd.isRecording()) {
      return function.apply(ranks);
    }
    Autograd.Slope slope = Autograd.slope(ranks, function);
    NDArray scaled = Scaling.over(values, tau);
    NDArray gradient = PairwiseRanks.gradient(scaled, slope.derivative());
    return slope.value().add(Tensors.zeroed(scaled.mul(gradient).sum(new int[] {1})));
  }

  /**
   * Soft ranks by projection: the point of the permutahedron of (C, ..., 1) nearest to a / epsilon;
   * Blondel et al., "Fast Differentiable Sorting and Ranking" (ICML 2020, arXiv 2002.08871). Where
   * neighbouring entries are more than epsilon apart the ranks are exact and their gradient is 0;
   * nearer ones are pooled.
   *
   * <p>The pools are found on the host, for which a GPU is waited for, and then are constants, so
   * that the rest is an ordinary differentiable expression.
   *
   * @param values [B,C]
   * @param epsilon above 0, in units of the values
   * @throws IllegalArgumentException when entries times pools are more than 2^31
   */
  public static NDArray projected(NDArray values, double epsilon) {
    NDArray scaled = Scaling.over(values, epsilon);
    return Permutahedron.of(scaled).project(scaled);
  }

  /** Refuses what no array can hold, before the engine runs out of memory. */
  static void requireRoom(Shape values, long times, String why) {
    if (values.size() > Integer.MAX_VALUE / Math.max(1, times)) {
      throw new IllegalArgumentException("Soft ranks of values of shape " + values
          + " are too large, " + why + ": " + times + " numbers each; give fewer rows or classes");
    }
  }
}
