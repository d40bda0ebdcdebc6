package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import dev.retort.data.TextBatch;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.Scaling;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of one forward pass: what the blocks read, and the taps filled so far. */
final class Pass {
  final Weights weights;
  final TextBatch batch;
  final Request request;
  final Kernels kernels;

  /** Added to attention scores: 0 for tokens, very negative for padding, [B,1,1,S]. */
  final NDArray attentionBias;

  private final Map<Tap, NDArray> taken = new LinkedHashMap<>();

  Pass(Weights weights, TextBatch batch, Request request, Kernels kernels) {
    this.weights = weights;
    this.batch = batch;
    this.request = request;
    this.kernels = kernels;
    // Finite, so that a row of padding alone gives numbers instead of NaN.
    this.attentionBias = Scaling.by(batch.mask().sub(1f), 1e9).expandDims(1).expandDims(1);
  }

  boolean wants(Tap tap) {
    return request.taps().contains(tap);
  }

  /** Keeps a value if it was asked for. */
  void offer(Tap tap, NDArray value) {
    if (wants(tap)) {
      taken.put(tap, value);
    }
  }

  /** Whether every tap that was asked for is there and no logits are wanted: the pass may end. */
  boolean done() {
    return !request.logits() && taken.size() == request.taps().size();
  }

  Map<Tap, NDArray> taken() {
    return taken;
  }

  NDArray linear(NDArray x, String name) {
    return kernels.linear(x, weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  NDArray layerNorm(NDArray x, String name, float epsilon) {
    return kernels.layerNorm(
        x, weights.get(name + ".weight"), weights.get(name + ".bias"), epsilon);
  }
}
