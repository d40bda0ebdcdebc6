package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.supernet.kernel.TensorLists;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Updates weights from gradients. State is kept by tensor name, with a count of updates for each
 * tensor: a tensor that a step did not touch keeps its value and its state.
 */
public final class Optimizer implements AutoCloseable {
  private final OptimizerOptions options;
  private final NDManager manager;
  private final TensorLists lists = new TensorLists();
  private final Map<String, State> states = new TreeMap<>();

  /** What is kept for one tensor: SGD keeps its momentum in {@code first} alone. */
  private record State(NDArray first, NDArray second, NDArray steps) {}

  /**
   * One tensor of an update.
   *
   * @param name its name
   * @param value the weights, changed in place; must carry no graph
   * @param gradient of the same shape
   * @param decays whether weight decay applies
   */
  public record Update(String name, NDArray value, NDArray gradient, boolean decays) {}

  /**
   * An optimiser without state.
   *
   * @param options the rule and its numbers
   * @param parent the manager that its state lives under, until it is closed
   */
  public Optimizer(OptimizerOptions options, NDManager parent) {
    this.options = options;
    this.manager = parent.newSubManager();
  }

  /** Updates the given tensors at a learning rate; call with gradients switched off. */
  public void update(List<Update> updates, double rate) {
    for (boolean decays : new boolean[] {true, false}) {
      List<Update> group =
          updates.stream().filter(each -> each.decays() == decays).toList();
      if (!group.isEmpty()) {
        update(group, rate, decays ? options.weightDecay() : 0);
      }
    }
  }

  private void update(List<Update> group, double rate, double decay) {
    List<NDArray> values = new ArrayList<>();
    List<NDArray> gradients = new ArrayList<>();
    List<NDArray> first = new ArrayList<>();
    List<NDArray> second = new ArrayList<>();
    List<NDArray> steps = new ArrayList<>();
    for (Update each : group) {
      State state =
          states.computeIfAbsent(each.name(), name -> fresh(each.value().getShape()));
      values.add(each.value());
      gradients.add(each.gradient());
      first.add(state.first());
      second.add(state.second());
      steps.add(state.steps());
    }
    lists.increment(steps);
    TensorLists.Adam numbers =
        new TensorLists.Adam(rate, options.beta1(), options.beta2(), decay, options.epsilon());
    switch (options.name()) {
      case ADAMW -> lists.adamw(values, gradients, first, second, steps, numbers);
      case ADAM -> lists.adam(values, gradients, first, second, steps, numbers);
      case SGD -> lists.sgd(values, gradients, first, rate, options.momentum(), decay);
    }
  }

  private State fresh(Shape shape) {
    Shape second = options.name() == OptimizerOptions.Name.SGD ? new Shape() : shape;
    return new State(manager.zeros(shape), manager.zeros(second), manager.zeros(new Shape()));
  }

  /** The state as named tensors: {@code NAME.first}, {@code NAME.second}, {@code NAME.steps}. */
  public ImmutableMap<String, NDArray> state() {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    states.forEach((name, state) -> {
      tensors.put(name + ".first", state.first());
      tensors.put(name + ".second", state.second());
      tensors.put(name + ".steps", state.steps());
    });
    return tensors.buildOrThrow();
  }

  /** Takes over a state that {@link #state} gave; the tensors are copied. */
  public void restore(Map<String, NDArray> saved) {
    Map<String, State> restored = new LinkedHashMap<>();
    for (String key : saved.keySet()) {
      if (key.endsWith(".steps")) {
        String name = key.substring(0, key.length() - ".steps".length());
        restored.put(
            name,
            new State(
                copy(saved, name + ".first"), copy(saved, name + ".second"), copy(saved, key)));
      }
    }
    for (State old : states.values()) {
      old.first().close();
      old.second().close();
      old.steps().close();
    }
    states.clear();
    states.putAll(restored);
  }

  private NDArray copy(Map<String, NDArray> saved, String name) {
    NDArray tensor = saved.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("The optimiser's state has no tensor (" + name + ")");
    }
    NDArray copy = tensor.duplicate();
    copy.attach(manager);
    return copy;
  }

  /** Frees the state. */
  @Override
  public void close() {
    manager.close();
  }
}
