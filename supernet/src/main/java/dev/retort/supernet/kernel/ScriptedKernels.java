package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import org.jspecify.annotations.Nullable;

/**
 * The kernels with the engine's fused attention and, if asked for, bf16 matrix products: inputs and
 * weights are rounded to bf16, results widened before they are added to anything. Normalisation,
 * softmax of losses and weights stay float32.
 */
public final class ScriptedKernels implements Kernels {
  private final EagerKernels eager = new EagerKernels();
  private final ScriptedModule module = ScriptedModule.instance();
  private final boolean bf16;
  private final boolean fused;
  private final @Nullable EncoderKernels encoder;

  private ScriptedKernels(boolean bf16, boolean fused) {
    this.bf16 = bf16;
    this.fused = fused;
    this.encoder = EncoderKernels.find(bf16);
  }

  /** Everything in float32. */
  public static ScriptedKernels float32() {
    return new ScriptedKernels(false, true);
  }

  /**
   * Whole blocks where there are such, else the single operations of {@link EagerKernels}: fused
   * attention by itself pays for long sequences only.
   */
  public static ScriptedKernels wholeBlocks() {
    return new ScriptedKernels(false, false);
  }

  /** Matrix products in bf16. */
  public static ScriptedKernels bf16() {
    return new ScriptedKernels(true, true);
  }

  @Override
  public @Nullable EncoderKernels encoder() {
    return encoder;
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, @Nullable NDArray bias) {
    return bf16 && bias != null
        ? module.call("linear_bf16", x, weight, bias)
        : eager.linear(x, weight, bias);
  }

  @Override
  public NDArray embedding(NDArray ids, NDArray table) {
    return eager.embedding(ids, table);
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon) {
    return eager.layerNorm(x, gain, shift, epsilon);
  }

  @Override
  public NDArray rmsNorm(NDArray x, NDArray gain, float epsilon) {
    return eager.rmsNorm(x, gain, epsilon);
  }

  @Override
  public NDArray gelu(NDArray x) {
    return eager.gelu(x);
  }

  @Override
  public NDArray attention(
      NDArray query, NDArray key, NDArray value, @Nullable NDArray bias, int heads) {
    if (!fused) {
      return eager.attention(query, key, value, bias, heads);
    }
    String method = bf16 ? "attention_bf16" : "attention";
    if (bias != null) {
      return module.call(method, query, key, value, bias, module.integer(heads));
    }
    Shape row = new Shape(1, 1, 1, key.getShape().get(1));
    try (NDArray nothing = query.getManager().zeros(row, query.getDataType())) {
      return module.call(method, query, key, value, nothing, module.integer(heads));
    }
  }

  @Override
  public NDArray attentionProbabilities(
      NDArray query, NDArray key, @Nullable NDArray bias, int heads) {
    return eager.attentionProbabilities(query, key, bias, heads);
  }

  /** On a CPU the planes of a pixel side by side: convolutions then reorder nothing. */
  @Override
  public NDArray laidOut(NDArray pixels) {
    return pixels.getDevice().isGpu() ? pixels : module.call("planes_last", pixels);
  }

  @Override
  public NDArray convolution(
      NDArray x, NDArray weight, @Nullable NDArray bias, Window window, int groups) {
    return eager.convolution(x, weight, bias, window, groups);
  }

  @Override
  public NDArray batchNorm(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon) {
    return eager.batchNorm(x, gain, shift, mean, variance, epsilon);
  }

  @Override
  public NDArray batchNormOfBatch(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon) {
    return eager.batchNormOfBatch(x, gain, shift, mean, variance, epsilon);
  }

  @Override
  public NDArray activate(NDArray x, Activation activation) {
    if (!fused) {
      return eager.activate(x, activation);
    }
    return switch (activation) {
      case RELU6 -> module.call("relu6", x);
      case HARD_SIGMOID -> module.call("hard_sigmoid", x);
      case HARD_SWISH -> module.call("hard_swish", x);
      case NONE, RELU, GELU, GELU_TANH, SILU -> eager.activate(x, activation);
    };
  }

  @Override
  public NDArray maxPool(NDArray x, Window window) {
    return eager.maxPool(x, window);
  }

  @Override
  public NDArray globalAverage(NDArray x) {
    return eager.globalAverage(x);
  }

  @Override
  public NDArray averageTo(NDArray x, int side) {
    return eager.averageTo(x, side);
  }

  @Override
  public NDArray resize(NDArray x, int height, int width, Resizing how) {
    return eager.resize(x, height, width, how);
  }
}
