package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures the statistics of batch normalisations anew for a network at hand, as sub-networks need
 * it: those of the super-net are of other activations (Yu and Huang, universally slimmable
 * networks, ICCV 2019; Cai et al., Once-for-All, ICLR 2020).
 *
 * <p>Each batch is run by its own statistics. The mean becomes the mean of the batches' means and
 * the variance the mean of the batches' variances, each batch by its number of examples: Once-for-
 * All's rule. The variance of a batch is the unbiased one, which running statistics hold everywhere
 * else; Once-for-All's code takes the biased one. What batches differ by in their means is not in
 * it, as it is not in running statistics.
 *
 * @param batches how many are run, at least 1
 * @param source where they come from
 */
public record Recalibration(int batches, Source source) {

  /** Gives batches, the same for the same number. */
  public interface Source {
    /**
     * A batch.
     *
     * @param number which, from 0
     * @param manager what its arrays belong to
     */
    Batch batch(int number, NDManager manager);
  }

  /** Checks that something is measured. */
  public Recalibration {
    if (batches < 1) {
      throw new IllegalArgumentException(
          "Recalibration needs 1 batch or more, not (" + batches + ")");
    }
  }

  /** Whether a network has statistics to measure. */
  public static boolean concerns(Network network) {
    return network.architecture().blueprint().tensors().stream()
        .anyMatch(Recalibration::isMeasured);
  }

  private static boolean isMeasured(TensorSpec tensor) {
    return !tensor.role().trained();
  }

  /**
   * The weights with statistics of their own; the very weights where there is nothing to measure.
   *
   * @param network what they are the weights of
   * @param weights a view of shared weights, or weights by themselves; none of them is changed
   * @param manager what the new statistics belong to; the other tensors are those given
   */
  public Weights of(Network network, Weights weights, NDManager manager) {
    if (!concerns(network)) {
      return weights;
    }
    Map<String, NDArray> sums = new LinkedHashMap<>();
    long examples = 0;
    try (Autograd off = Autograd.off();
        NDManager scratch = manager.newSubManager()) {
      for (int number = 0; number < batches; number++) {
        try (NDManager scope = scratch.newSubManager()) {
          Batch batch = Resolution.fit(
              source.batch(number, scope), network.architecture(), network.kernels());
          measure(network, weights, batch)
              .forEach((name, measured) -> add(sums, name, measured, batch.size(), scratch));
          examples += batch.size();
        }
      }
      ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
      for (Map.Entry<String, NDArray> each : weights.tensors().entrySet()) {
        NDArray sum = sums.get(each.getKey());
        if (sum == null) {
          tensors.put(each);
        } else {
          NDArray mean = Scaling.over(sum, examples);
          mean.attach(manager);
          tensors.put(each.getKey(), mean);
        }
      }
      return Weights.trusted(weights.architecture(), tensors.buildOrThrow());
    }
  }

  /** The statistics of one batch; all of the network is run, whatever is asked of it. */
  private static ImmutableMap<String, NDArray> measure(
      Network network, Weights weights, Batch batch) {
    Span whole = Span.to(network.blocks().get(network.blocks().size() - 1));
    Request request = new Request(false, ImmutableSet.of(), Dropout.NONE, Normalization.BATCH);
    try (NDScope pass = new NDScope()) {
      pass.suppressNotUsedWarning();
      ImmutableMap<String, NDArray> measured =
          network.forward(weights, batch, whole, null, request).statistics();
      measured.values().forEach(NDScope::unregister);
      return measured;
    }
  }

  private static void add(
      Map<String, NDArray> sums, String name, NDArray measured, int size, NDManager owner) {
    NDArray part = Scaling.by(measured, size);
    NDArray sum = sums.get(name);
    if (sum == null) {
      part.attach(owner);
      sums.put(name, part);
    } else {
      sum.addi(part);
    }
  }
}
