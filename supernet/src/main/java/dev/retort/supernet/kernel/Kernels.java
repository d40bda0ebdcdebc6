package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;

/**
 * The differentiable operations that networks are made of. B batch, S sequence, I in, O out, A
 * heads.
 *
 * <p>Every result belongs to the manager of the first argument. An implementation passes gradients
 * to every floating-point argument.
 */
public interface Kernels {
  /** x [..., I], weight [O, I], bias [O]: x weight' + bias [..., O]. */
  NDArray linear(NDArray x, NDArray weight, NDArray bias);

  /** ids [...] int64, table [rows, H]: the rows [..., H]. */
  NDArray embedding(NDArray ids, NDArray table);

  /** Normalises the last axis to mean 0 and variance 1 (biased), then scales and shifts it. */
  NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon);

  /** The exact (erf) Gaussian error linear unit. */
  NDArray gelu(NDArray x);

  /**
   * Scaled dot-product attention over heads: softmax(q k' / sqrt(d) + bias) v.
   *
   * @param query [B,S,A*d]
   * @param key [B,S,A*d]
   * @param value [B,S,A*d]
   * @param bias added to the scores, [B,1,1,S]: 0 for tokens, very negative for padding
   * @param heads A
   * @return the heads side by side, [B,S,A*d]
   */
  NDArray attention(NDArray query, NDArray key, NDArray value, NDArray bias, int heads);

  /** The probabilities of {@link #attention}: softmax(q k' / sqrt(d) + bias), [B,A,S,S]. */
  NDArray attentionProbabilities(NDArray query, NDArray key, NDArray bias, int heads);
}
