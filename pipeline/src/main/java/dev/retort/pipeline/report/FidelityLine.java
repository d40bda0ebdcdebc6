package dev.retort.pipeline.report;

/**
 * How well the search's score ranks networks whose accuracy was measured, beside counting MACs.
 *
 * @param measured what was measured, such as {@code all 81 networks, dev accuracy, no fine-tuning}
 * @param networks how many networks
 * @param score Spearman correlation of the score with the accuracy, its sign such that 1 is perfect
 * @param macs Spearman correlation of the multiply-accumulates with the accuracy
 * @param lowest lowest of the accuracies, as a fraction; NaN when not known
 * @param highest highest of them
 */
public record FidelityLine(
    String measured, int networks, double score, double macs, double lowest, double highest) {
  /** Checks the count. */
  public FidelityLine {
    if (networks < 0) {
      throw new IllegalArgumentException("The networks (" + networks + ") cannot be negative");
    }
  }
}
