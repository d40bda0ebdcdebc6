package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.train.Optimizer;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One of several networks that learn in turn, with an optimiser of its own. Batch normalisations
 * use the statistics of the batch, which the running ones follow, as the project's loop has it.
 */
final class Trainee implements AutoCloseable {
  private final Network network;
  private final Weights weights;
  private final ImmutableSet<Tap> taps;
  private final Optimizer optimizer;

  /**
   * A network that is to learn.
   *
   * @param weights changed in place
   * @param taps what losses read beside logits
   * @param options the optimiser's, but for the rate
   * @param manager owns the optimiser's state
   */
  Trainee(Weights weights, ImmutableSet<Tap> taps, OptimizerOptions options, NDManager manager) {
    this.network = Network.of(weights.architecture(), new EagerKernels());
    this.weights = weights;
    this.taps = taps;
    this.optimizer = new Optimizer(options, manager);
  }

  /** What it is. */
  Network network() {
    return network;
  }

  /** Its weights as they are now. */
  Weights weights() {
    return weights;
  }

  /**
   * One step.
   *
   * @param loss a scalar of what the network gives for the batch
   * @param scope owns the batch
   */
  void step(Batch batch, double rate, Function<Outputs, NDArray> loss, NDManager scope) {
    List<TensorSpec> specs = weights.architecture().blueprint().tensors();
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      NDArray value = weights.get(spec.name());
      leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(value, scope) : value);
    }
    Map<String, NDArray> measured;
    try (NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      Outputs outputs = forward(Weights.of(weights.architecture(), leaves), batch);
      measured = outputs.statistics();
      measured.values().forEach(NDScope::unregister);
      Autograd.backward(loss.apply(outputs));
    }
    try (Autograd off = Autograd.off()) {
      optimizer.update(Loop.updates(weights, specs, leaves), rate);
      Loop.follow(weights, measured);
    }
  }

  /** What it gives for a batch by the statistics of that batch, which it does not keep. */
  Outputs asked(Batch batch) {
    try (Autograd off = Autograd.off()) {
      return forward(weights, batch);
    }
  }

  private Outputs forward(Weights with, Batch batch) {
    return network.forward(with, batch, new Request(true, taps, Dropout.NONE, Normalization.BATCH));
  }

  /** Frees the optimiser's state; the weights stay. */
  @Override
  public void close() {
    optimizer.close();
  }
}
