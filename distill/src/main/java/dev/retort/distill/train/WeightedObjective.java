package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import java.util.Map;

/**
 * One term of a stage's loss.
 *
 * @param label how logs and reports call it, unique in its stage
 * @param weight its factor, positive
 * @param objective the loss
 */
public record WeightedObjective(String label, double weight, Objective objective) {
  /** Checks the weight. */
  public WeightedObjective {
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The weight of " + label + " must be a positive number, not (" + weight + ")");
    }
  }

  /** What a stage calls a tensor of the objective: the label, a point and its name. */
  String tensor(String name) {
    return label + "." + name;
  }

  /**
   * The objective's own tensors by its own names.
   *
   * @param all those of all terms, by the stage's names
   */
  public ImmutableMap<String, NDArray> own(Map<String, NDArray> all) {
    return all.entrySet().stream()
        .filter(each -> each.getKey().startsWith(tensor("")))
        .collect(ImmutableMap.toImmutableMap(
            each -> each.getKey().substring(label.length() + 1), Map.Entry::getValue));
  }
}
