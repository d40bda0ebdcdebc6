package dev.retort.distill.train;

import dev.retort.distill.objective.Objective;

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
}
