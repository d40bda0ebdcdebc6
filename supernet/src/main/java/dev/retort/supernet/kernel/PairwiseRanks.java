package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Sums over all pairs of a row's entries, a part at a time that fits into the cores' caches: no
 * array of [B,C,C] is made, and what one order of a pair gives the other follows from. B rows, C
 * classes. What is computed here has no graph.
 *
 * <p>sigmoid(x - y) = e^x / (e^x + e^y), which takes no exponential for each pair, is used where
 * the entries of every row are near enough to each other for e^x to be a number.
 */
public final class PairwiseRanks {
  /** As many pairs as are compared at a time. */
  private static final long NEAR = 1L << 20;
  /** Rows of fewer classes are compared as a whole: a part is a dozen calls. */
  private static final long SMALL = 64;

  private PairwiseRanks() {}

  /**
   * How many of a row's entries each of them exceeds, softly: sum_j sigmoid(z_i - z_j), [B,C].
   *
   * @param values z [B,C]
   */
  public static NDArray of(NDArray values) {
    try (NDArray none = values.getManager().zeros(new Shape(0), values.getDataType())) {
      return call(values, none);
    }
  }

  /**
   * The gradient with regard to z of what has a gradient with regard to {@link #of}.
   *
   * @param values z [B,C]
   * @param gradient with regard to the sums, [B,C]
   * @return [B,C]
   */
  public static NDArray gradient(NDArray values, NDArray gradient) {
    return gradient.size() == 0 ? values.zerosLike() : call(values, gradient);
  }

  private static NDArray call(NDArray values, NDArray gradient) {
    long rows = Math.max(1, values.getShape().get(0));
    long classes = Math.max(1, values.getShape().get(1));
    boolean card = values.getDevice().isGpu();
    long most = card ? NEAR << 6 : NEAR;
    // Of a row in eight parts little more than half the pairs are compared, each in one order.
    long each = Math.max(1, Math.min(Math.max(SMALL, classes / 8), most / classes));
    each = Math.min(each, classes);
    long examples = Math.max(1, Math.min(rows, most / (classes * each)));
    ScriptedModule module = ScriptedModule.instance();
    return module.call(
        "pairs",
        values,
        gradient,
        module.integer((int) examples),
        module.integer((int) each),
        // How far apart the entries of a row are is not asked of a GPU, nor where there are none.
        module.integer(card || values.size() == 0 ? 0 : 1));
  }
}
