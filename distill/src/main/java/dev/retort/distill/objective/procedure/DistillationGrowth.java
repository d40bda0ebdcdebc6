package dev.retort.distill.objective.procedure;

import dev.retort.distill.objective.Checks;

/**
 * How the weight of distillation grows while a teacher adapts: Nguyen-Meidine et al., IJCNN 2020
 * (arXiv 2005.07839), as in LIVIAETS/KD_UDA.
 *
 * <p>beta = first exp(g (epoch - 1)), g = ln(last / first) / epochs, epochs counted from 1: it
 * never quite reaches the last.
 *
 * @param first the first epoch's, above 0; 0.1 by default, the authors'
 * @param last what it grows towards, above 0; 0.9 by default, the authors'
 * @param epochs of the training, above 0; the authors' 400
 */
public record DistillationGrowth(double first, double last, double epochs) {
  private static final String NAME = "growth of distillation";

  /** Checks the numbers. */
  public DistillationGrowth {
    Checks.positive(NAME, "first", first);
    Checks.positive(NAME, "last", last);
    Checks.positive(NAME, "epochs", epochs);
  }

  /** From 0.1 to 0.9. */
  public DistillationGrowth(double epochs) {
    this(0.1, 0.9, epochs);
  }

  /** The weight in an epoch, counted from 1. */
  public double at(double epoch) {
    return first * Math.exp(Math.log(last / first) / epochs * (epoch - 1));
  }
}
