package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.distill.train.Optimizer;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Network;
import dev.retort.supernet.Recalibration;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The training of a procedure that needs more than the project's loop gives: several passes of the
 * student a step. The optimiser is that of {@link Training}. Batch normalisations keep no running
 * statistics here: run them by the batch, and measure their statistics when all is learnt.
 *
 * @param steps how many
 * @param rate AdamW's
 */
record Loop(long steps, double rate) {
  /** The share of a batch in the running statistics, the trainer's. */
  private static final double MOMENTUM = 0.1;

  /** The loss of a step. */
  interface Losses {
    /**
     * Computes it; gradients are recorded.
     *
     * @param student its weights, which collect gradients
     * @param step from 0
     * @param scope owns the step's batch
     * @return a scalar
     */
    NDArray of(Weights student, long step, NDManager scope);
  }

  /** Trains weights in place. */
  void run(Weights student, Losses losses, NDManager parent) {
    OptimizerOptions options = Training.optimizer(rate);
    List<TensorSpec> specs = student.architecture().blueprint().tensors();
    try (NDManager manager = parent.newSubManager();
        Optimizer optimizer = new Optimizer(options, manager)) {
      for (long step = 0; step < steps; step++) {
        try (NDManager scope = manager.newSubManager()) {
          Map<String, NDArray> leaves = new LinkedHashMap<>();
          for (TensorSpec spec : specs) {
            NDArray value = student.get(spec.name());
            leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(value, scope) : value);
          }
          try (NDScope pass = new NDScope();
              Autograd recording = Autograd.recording()) {
            pass.suppressNotUsedWarning();
            Autograd.backward(losses.of(Weights.of(student.architecture(), leaves), step, scope));
          }
          try (Autograd off = Autograd.off()) {
            optimizer.update(updates(student, specs, leaves), options.rate(step, steps));
          }
        }
      }
    }
  }

  /** The weights with the statistics that their batch normalisations have over all examples. */
  static Weights measured(
      Network network, Weights weights, Dataset<?> examples, int batch, NDManager manager) {
    List<int[]> batches = BatchPlan.sequential(examples, batch);
    return new Recalibration(
            batches.size(), (number, owner) -> examples.batch(owner, batches.get(number), null))
        .of(network, weights, manager);
  }

  /** What an optimiser does to weights by the gradients that their leaves have collected. */
  static List<Optimizer.Update> updates(
      Weights student, List<TensorSpec> specs, Map<String, NDArray> leaves) {
    List<Optimizer.Update> updates = new ArrayList<>();
    for (TensorSpec spec : specs) {
      NDArray leaf = Objects.requireNonNull(leaves.get(spec.name()), spec.name());
      NDArray gradient = spec.role().trained() ? Autograd.gradient(leaf) : null;
      if (gradient != null) {
        updates.add(
            new Optimizer.Update(spec.name(), student.get(spec.name()), gradient, spec.decays()));
      }
    }
    return updates;
  }

  /** Moves running statistics towards those measured on a batch, which are freed. */
  static void follow(Weights student, Map<String, NDArray> measured) {
    measured.forEach((name, batch) -> {
      NDArray running = student.get(name);
      try (NDArray difference = batch.sub(running);
          NDArray step = Scaling.by(difference, MOMENTUM)) {
        running.addi(step);
      }
      batch.close();
    });
  }
}
