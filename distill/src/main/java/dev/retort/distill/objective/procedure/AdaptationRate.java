package dev.retort.distill.objective.procedure;

import dev.retort.distill.objective.Checks;

/**
 * How the teacher's learning rate falls while it adapts: Ganin and Lempitsky, ICML 2015 (arXiv
 * 1409.7495), as LIVIAETS/KD_UDA has it (Nguyen-Meidine et al., IJCNN 2020).
 *
 * <p>rate = first / (1 + slope (epoch - 1) / (epochs + 1))^power, epochs counted from 1. The
 * student's is constant.
 *
 * @param first the first epoch's, above 0; 0.001 by default, the authors'
 * @param epochs of the training, above 0; the authors' 400
 * @param slope at least 0; 10 by default, the authors'
 * @param power at least 0; 0.75 by default, the authors'
 */
public record AdaptationRate(double first, double epochs, double slope, double power) {
  private static final String NAME = "rate of adaptation";

  /** Checks the numbers. */
  public AdaptationRate {
    Checks.positive(NAME, "first", first);
    Checks.positive(NAME, "epochs", epochs);
    Checks.notNegative(NAME, "slope", slope);
    Checks.notNegative(NAME, "power", power);
  }

  /** With the authors' slope and power. */
  public AdaptationRate(double first, double epochs) {
    this(first, epochs, 10, 0.75);
  }

  /** The rate in an epoch, counted from 1. */
  public double at(double epoch) {
    return first / Math.pow(1 + slope * (epoch - 1) / (epochs + 1), power);
  }
}
