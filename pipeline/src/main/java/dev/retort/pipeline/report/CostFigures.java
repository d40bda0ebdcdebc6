package dev.retort.pipeline.report;

/**
 * What a network costs; NaN where not known.
 *
 * @param parameters numbers that it holds
 * @param macs multiply-accumulates an example
 * @param flops floating-point operations an example
 */
public record CostFigures(double parameters, double macs, double flops) {
  /** Nothing is known. */
  public static final CostFigures UNKNOWN = new CostFigures(Double.NaN, Double.NaN, Double.NaN);
}
