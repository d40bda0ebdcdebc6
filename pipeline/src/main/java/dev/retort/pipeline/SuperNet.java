package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.supernet.Network;
import dev.retort.supernet.Recalibration;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import org.jspecify.annotations.Nullable;

/**
 * A trained super-net.
 *
 * @param weights what its sub-networks share
 * @param extras the tensors that objectives trained beside it, by name; not part of any student
 * @param recalibration measures the statistics of each sub-network; null: it keeps the shared ones
 */
record SuperNet(
    SharedWeights weights,
    ImmutableMap<String, NDArray> extras,
    @Nullable Recalibration recalibration) {

  /**
   * The weights of a sub-network as it is scored: slices of the shared ones, its own statistics.
   */
  Weights of(Network network, NDManager manager) {
    Weights slices = weights.view(network.architecture(), manager);
    return recalibration == null ? slices : recalibration.of(network, slices, manager);
  }

  /** A copy of them: a student by itself. */
  Weights extract(Network network, NDManager manager) {
    try (NDManager views = manager.newSubManager()) {
      return of(network, views).copy(manager);
    }
  }
}
