package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.retort.space.image.Window;
import org.jspecify.annotations.Nullable;

/** The kernels as plain DJL operations in float32: the reference that others are held against. */
public final class EagerKernels implements Kernels {
  private static final Shape ONE = new Shape(1, 1);
  private static final double GELU_CUBIC = 0.044715;

  @Override
  public NDArray linear(NDArray x, NDArray weight, @Nullable NDArray bias) {
    return JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
  }

  @Override
  public NDArray embedding(NDArray ids, NDArray table) {
    return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon) {
    return LayerNorm.layerNorm(x, gain.getShape(), gain, shift, epsilon).singletonOrThrow();
  }

  @Override
  public NDArray rmsNorm(NDArray x, NDArray gain, float epsilon) {
    NDArray squares = x.mul(x).mean(new int[] {x.getShape().dimension() - 1}, true);
    return x.div(squares.add(epsilon).sqrt()).mul(gain);
  }

  @Override
  public NDArray gelu(NDArray x) {
    return Activation.gelu(x);
  }

  @Override
  public NDArray attention(
      NDArray query, NDArray key, NDArray value, @Nullable NDArray bias, int heads) {
    NDArray probabilities = attentionProbabilities(query, key, bias, heads);
    return probabilities
        .matMul(split(value, heads))
        .transpose(0, 2, 1, 3)
        .reshape(query.getShape());
  }

  @Override
  public NDArray attentionProbabilities(
      NDArray query, NDArray key, @Nullable NDArray bias, int heads) {
    double scale = 1 / Math.sqrt((double) query.getShape().get(2) / heads);
    NDArray scores =
        split(Scaling.by(query, scale), heads).matMul(split(key, heads).swapAxes(2, 3));
    return (bias == null ? scores : scores.add(bias)).softmax(-1);
  }

  @Override
  public NDArray convolution(
      NDArray x, NDArray weight, @Nullable NDArray bias, Window window, int groups) {
    Shape shape = x.getShape();
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    NDArray padded = x;
    int top = window.before(height);
    int left = window.before(width);
    if (top != window.behind(height) || left != window.behind(width)) {
      long[] sides = {left, window.behind(width), top, window.behind(height)};
      padded = JniUtils.pad((PtNDArray) x, sides, 0);
      top = 0;
      left = 0;
    }
    return JniUtils.convolution(
        (PtNDArray) padded,
        (PtNDArray) weight,
        (PtNDArray) bias,
        new Shape(window.stride(), window.stride()),
        new Shape(top, left),
        ONE,
        groups);
  }

  @Override
  public NDArray batchNorm(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon) {
    return batchNorm(x, gain, shift, mean, variance, epsilon, false);
  }

  @Override
  public NDArray batchNormOfBatch(
      NDArray x, NDArray gain, NDArray shift, NDArray mean, NDArray variance, float epsilon) {
    if (x.size() <= gain.size()) {
      throw new IllegalArgumentException("Batch statistics need more than one number for each"
          + " plane, not an input of shape " + x.getShape() + ": use larger batches");
    }
    return batchNorm(x, gain, shift, mean, variance, epsilon, true);
  }

  /** With a momentum of 1 what the engine calls running statistics are those of the batch. */
  private static NDArray batchNorm(
      NDArray x,
      NDArray gain,
      NDArray shift,
      NDArray mean,
      NDArray variance,
      float epsilon,
      boolean ofBatch) {
    // The statistics come first, whatever the binding calls its arguments.
    return JniUtils.batchNorm(
        (PtNDArray) x,
        (PtNDArray) mean,
        (PtNDArray) variance,
        (PtNDArray) gain,
        (PtNDArray) shift,
        ofBatch,
        1,
        epsilon);
  }

  @Override
  public NDArray activate(NDArray x, dev.retort.space.Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> Activation.relu(x);
      case RELU6 -> relu6(x);
      case HARD_SIGMOID -> Scaling.over(relu6(Scaling.plus(x, 3)), 6);
      case HARD_SWISH -> x.mul(Scaling.over(relu6(Scaling.plus(x, 3)), 6));
      case GELU -> gelu(x);
      case GELU_TANH -> geluTanh(x);
      case SILU -> x.mul(Activation.sigmoid(x));
    };
  }

  /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
  private static NDArray geluTanh(NDArray x) {
    NDArray cubic = x.add(Scaling.by(x.mul(x).mul(x), GELU_CUBIC));
    return Scaling.by(
        x.mul(Scaling.plus(Scaling.by(cubic, Math.sqrt(2 / Math.PI)).tanh(), 1)), 0.5);
  }

  private static NDArray relu6(NDArray x) {
    // Not clip: the engine's binding keeps its bounds in Java memory, which the graph does not own.
    try (NDArray six = x.getManager().full(new Shape(), 6f, x.getDataType())) {
      return Activation.relu(x).minimum(six);
    }
  }

  @Override
  public NDArray maxPool(NDArray x, Window window) {
    int height = Math.toIntExact(x.getShape().get(2));
    int width = Math.toIntExact(x.getShape().get(3));
    PtNDArray padded = (PtNDArray) x;
    int before = window.before(height);
    if (before != window.behind(height)
        || before != window.before(width)
        || before != window.behind(width)) {
      long[] sides = {window.before(width), window.behind(width), before, window.behind(height)};
      padded = JniUtils.pad(padded, sides, Float.NEGATIVE_INFINITY);
      before = 0;
    }
    return JniUtils.maxPool(
        padded,
        new Shape(window.size(), window.size()),
        new Shape(window.stride(), window.stride()),
        new Shape(before, before),
        false);
  }

  @Override
  public NDArray globalAverage(NDArray x) {
    // The engine's binding has means over one axis alone.
    return x.reshape(x.getShape().get(0), x.getShape().get(1), -1).mean(new int[] {2});
  }

  @Override
  public NDArray averageTo(NDArray x, int side) {
    return JniUtils.adaptiveAvgPool((PtNDArray) x, new Shape(side, side));
  }

  @Override
  public NDArray resize(NDArray x, int height, int width, Resizing how) {
    return Resampling.of(x, height, width, how);
  }

  /** [B,S,A*d] to [B,A,S,d]. */
  private static NDArray split(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }
}
