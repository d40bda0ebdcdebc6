package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.train.Optimizer;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of several networks that learn in turn or together: its weights, its optimiser, that of
 * {@link Training}, and what its batch normalisations measured. A step is {@link #logits}, a
 * backward pass by the caller, {@link #update}. Not safe for use by several threads.
 */
final class Learner implements AutoCloseable {
  private static final Request TRAINED =
      new Request(true, ImmutableSet.of(), Dropout.NONE, Normalization.BATCH);

  private final Network network;
  private final Weights weights;
  private final Optimizer optimizer;
  private final double rate;
  private final long steps;
  private final Map<String, NDArray> leaves = new LinkedHashMap<>();
  private ImmutableMap<String, NDArray> statistics = ImmutableMap.of();
  private long done;

  /**
   * A network that begins with these weights and changes them in place.
   *
   * @param rate AdamW's
   * @param steps how many there will be, for the rate's schedule
   * @param manager owns the optimiser's state
   */
  Learner(Weights weights, double rate, long steps, NDManager manager) {
    this.network = Network.of(weights.architecture(), new EagerKernels());
    this.weights = weights;
    this.optimizer = new Optimizer(Training.optimizer(rate), manager);
    this.rate = rate;
    this.steps = steps;
  }

  /** What it is. */
  Network network() {
    return network;
  }

  /** What it has learnt so far. */
  Weights weights() {
    return weights;
  }

  /**
   * Its logits [B,C] in training, with the batch's statistics, recorded; once a step.
   *
   * @param scope owns the step's leaves
   */
  NDArray logits(Batch batch, NDManager scope) {
    leaves.clear();
    for (TensorSpec spec : specs()) {
      NDArray value = weights.get(spec.name());
      NDArray leaf = spec.role().trained() ? Autograd.leaf(value, scope) : value;
      // The update reads its gradient, after the pass has been freed.
      NDScope.unregister(leaf);
      leaves.put(spec.name(), leaf);
    }
    Outputs outputs = network.forward(Weights.of(weights.architecture(), leaves), batch, TRAINED);
    statistics = outputs.statistics();
    statistics.values().forEach(NDScope::unregister);
    return outputs.requireLogits();
  }

  /**
   * Its logits [B,C] as it stands, without a graph, with the batch's statistics: the running ones
   * lag far behind a network that has just begun.
   *
   * @param scope owns them
   */
  NDArray answers(Batch batch, NDManager scope) {
    try (NDScope pass = new NDScope();
        Autograd off = Autograd.off()) {
      pass.suppressNotUsedWarning();
      NDArray logits = network.forward(weights, batch, TRAINED).requireLogits();
      NDScope.unregister(logits);
      logits.attach(scope);
      return logits;
    }
  }

  /** Steps by the gradients of the last {@link #logits}; its running statistics follow. */
  void update() {
    try (Autograd off = Autograd.off()) {
      Loop.follow(weights, statistics);
      optimizer.update(
          Loop.updates(weights, specs(), leaves), Training.optimizer(rate).rate(done, steps));
    }
    statistics = ImmutableMap.of();
    leaves.clear();
    done++;
  }

  private List<TensorSpec> specs() {
    return weights.architecture().blueprint().tensors();
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
