package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import org.jspecify.annotations.Nullable;

/**
 * The differentiable operations that networks are made of. B batch, S sequence, I in, O out, A
 * heads, D planes of an image, H height, W width.
 *
 * <p>Every result belongs to the manager of the first argument. An implementation passes gradients
 * to every floating-point argument.
 */
public interface Kernels {
  /** x [..., I], weight [O, I], bias [O] or none: x weight' + bias [..., O]. */
  NDArray linear(NDArray x, NDArray weight, @Nullable NDArray bias);

  /** ids [...] int64, table [rows, H]: the rows [..., H]. */
  NDArray embedding(NDArray ids, NDArray table);

  /** Normalises the last axis to mean 0 and variance 1 (biased), then scales and shifts it. */
  NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon);

  /** Scales the last axis to a root mean square of 1 (Zhang and Sennrich, 2019), then by gain. */
  NDArray rmsNorm(NDArray x, NDArray gain, float epsilon);

  /** The exact (erf) Gaussian error linear unit. */
  NDArray gelu(NDArray x);

  /**
   * Scaled dot-product attention over heads: softmax(q k' / sqrt(d) + bias) v.
   *
   * @param query [B,S,A*d]
   * @param key [B,K,A*d], K as long as the query or longer
   * @param value [B,K,A*d]
   * @param bias added to the scores, [B,1,1,K] or [B,1,S,K]: 0 for tokens that are looked at, very
   *     negative for others; or none
   * @param heads A
   * @return the heads side by side, [B,S,A*d]
   */
  NDArray attention(NDArray query, NDArray key, NDArray value, @Nullable NDArray bias, int heads);

  /** Whole blocks in one call each; null: there are none, single operations serve. */
  default @Nullable EncoderKernels encoder() {
    return null;
  }

  /** The probabilities of {@link #attention}: softmax(q k' / sqrt(d) + bias), [B,A,S,K]. */
  NDArray attentionProbabilities(NDArray query, NDArray key, @Nullable NDArray bias, int heads);

  /**
   * Pixels as the operations below are fastest on them: the same numbers and shape, and what is
   * computed of them lies in memory as they do.
   *
   * @param pixels [B,D,H,W]
   */
  default NDArray laidOut(NDArray pixels) {
    return pixels;
  }

  /**
   * Two-dimensional convolution.
   *
   * @param x [B,I,H,W]
   * @param weight [O, I / groups, size, size]
   * @param bias [O], or none
   * @param window its size, which is the weight's, stride and padding
   * @param groups into how many groups both inputs and outputs fall; I: depthwise
   * @return [B,O,H',W'], as many as windows fit
   */
  NDArray convolution(NDArray x, NDArray weight, @Nullable NDArray bias, Window window, int groups);

  /**
   * Batch normalisation (Ioffe and Szegedy, ICML 2015) by statistics that were measured before.
   *
   * @param x [B,D,H,W] or [B,D]
   * @param gain [D]
   * @param shift [D]
   * @param mean [D], not differentiable
   * @param variance [D], not differentiable
   */
  NDArray batchNorm(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon);

  /**
   * Batch normalisation by the statistics of the batch itself.
   *
   * @param x [B,D,H,W] or [B,D], more than one number for each plane
   * @param gain [D]
   * @param shift [D]
   * @param mean [D], overwritten by the batch's mean
   * @param variance [D], overwritten by the batch's unbiased variance
   */
  NDArray batchNormOfBatch(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon);

  /** Applies a function to each number. */
  NDArray activate(NDArray x, Activation activation);

  /** The largest number under each window, [B,D,H,W] to [B,D,H',W']; padding never wins. */
  NDArray maxPool(NDArray x, Window window);

  /** The mean of each plane, [B,D,H,W] to [B,D]. */
  NDArray globalAverage(NDArray x);

  /**
   * The mean of each of side x side parts of a plane, [B,D,H,W] to [B,D,side,side]. Part i reaches
   * from floor(i H / side) to ceil((i + 1) H / side), so that any number of pixels is parted.
   */
  NDArray averageTo(NDArray x, int side);

  /** How pixels are made of others. */
  enum Resizing {
    /** The nearest one. */
    NEAREST,
    /** Linear between the nearest two of each axis. */
    BILINEAR,
    /**
     * Linear, over as many pixels as one new pixel covers where planes become smaller: as Pillow,
     * and PyTorch with {@code antialias}.
     */
    SMOOTH,
    /** Cubic through the nearest four of each axis, a -0.75. */
    BICUBIC
  }

  /**
   * Planes of another size. Pixels are areas whose centres lie half a pixel from their edges, as
   * with {@code align_corners} off in PyTorch; nothing but {@code SMOOTH} averages where planes
   * become smaller.
   *
   * @param x [B,D,H,W]
   * @return [B,D,height,width]
   */
  NDArray resize(NDArray x, int height, int width, Resizing how);
}
