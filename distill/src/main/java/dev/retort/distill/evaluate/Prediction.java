package dev.retort.distill.evaluate;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Resolution;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import java.util.Arrays;

/** What a network answers for every example of a data set. */
public final class Prediction {
  private Prediction() {}

  /**
   * The logits of every example, in the data set's order: [examples][C].
   *
   * @param batch examples at a time
   * @param parent the manager that temporary arrays live under
   */
  public static float[][] logits(
      Network network, Weights weights, Dataset<?> data, int batch, NDManager parent) {
    float[][] logits = new float[data.size()][];
    try (Autograd off = Autograd.off()) {
      for (int[] indices : BatchPlan.sequential(data, batch)) {
        try (NDManager manager = parent.newSubManager()) {
          Batch input = Resolution.fit(
              data.batch(manager, indices, null), network.architecture(), network.kernels());
          float[] flat =
              network.forward(weights, input, Request.LOGITS).requireLogits().toFloatArray();
          int classes = flat.length / indices.length;
          for (int row = 0; row < indices.length; row++) {
            logits[indices[row]] = Arrays.copyOfRange(flat, row * classes, (row + 1) * classes);
          }
        }
      }
    }
    return logits;
  }
}
