package dev.retort.distill.objective.procedure;

import dev.retort.distill.objective.Checks;

/**
 * How the weight of domain adaptation rises from 0 to 1: Ganin and Lempitsky, ICML 2015 (arXiv
 * 1409.7495), as LIVIAETS/KD_UDA has it (Nguyen-Meidine et al., IJCNN 2020).
 *
 * <p>gamma = 2 / (1 + exp(-steepness i / N)) - 1. The released joint script restarts it each epoch
 * (N the epoch's iterations, i counted from 1); its sister scripts follow the whole training (N all
 * iterations): that is the choice of N.
 *
 * @param iterations N, above 0
 * @param steepness above 0; 10 by default, the authors'
 */
public record AdaptationRamp(double iterations, double steepness) {
  private static final String NAME = "ramp of adaptation";

  /** Checks the numbers. */
  public AdaptationRamp {
    Checks.positive(NAME, "iterations", iterations);
    Checks.positive(NAME, "steepness", steepness);
  }

  /** With the authors' steepness. */
  public AdaptationRamp(double iterations) {
    this(iterations, 10);
  }

  /** The weight at an iteration, counted from 1. */
  public double at(double iteration) {
    return 2 / (1 + Math.exp(-steepness * iteration / iterations)) - 1;
  }
}
