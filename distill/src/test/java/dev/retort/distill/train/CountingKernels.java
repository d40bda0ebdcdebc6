package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Kernels;
import java.util.concurrent.atomic.AtomicInteger;

/** Kernels that count the look-ups in tables. */
final class CountingKernels implements Kernels {
  private final Kernels kernels;
  private final AtomicInteger embeddings = new AtomicInteger();

  CountingKernels(Kernels kernels) {
    this.kernels = kernels;
  }

  int embeddings() {
    return embeddings.get();
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return kernels.linear(x, weight, bias);
  }

  @Override
  public NDArray embedding(NDArray ids, NDArray table) {
    embeddings.incrementAndGet();
    return kernels.embedding(ids, table);
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon) {
    return kernels.layerNorm(x, gain, shift, epsilon);
  }

  @Override
  public NDArray gelu(NDArray x) {
    return kernels.gelu(x);
  }

  @Override
  public NDArray attention(NDArray query, NDArray key, NDArray value, NDArray bias, int heads) {
    return kernels.attention(query, key, value, bias, heads);
  }

  @Override
  public NDArray attentionProbabilities(NDArray query, NDArray key, NDArray bias, int heads) {
    return kernels.attentionProbabilities(query, key, bias, heads);
  }
}
