package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;

/** The kernels as plain DJL operations in float32: the reference that others are held against. */
public final class EagerKernels implements Kernels {
  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).singletonOrThrow();
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
  public NDArray gelu(NDArray x) {
    return Activation.gelu(x);
  }

  @Override
  public NDArray attention(NDArray query, NDArray key, NDArray value, NDArray bias, int heads) {
    NDArray probabilities = attentionProbabilities(query, key, bias, heads);
    return probabilities
        .matMul(split(value, heads))
        .transpose(0, 2, 1, 3)
        .reshape(query.getShape());
  }

  @Override
  public NDArray attentionProbabilities(NDArray query, NDArray key, NDArray bias, int heads) {
    double scale = 1 / Math.sqrt((double) query.getShape().get(2) / heads);
    NDArray scores =
        split(Scaling.by(query, scale), heads).matMul(split(key, heads).swapAxes(2, 3));
    return scores.add(bias).softmax(-1);
  }

  /** [B,S,A*d] to [B,A,S,d]. */
  private static NDArray split(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }
}
