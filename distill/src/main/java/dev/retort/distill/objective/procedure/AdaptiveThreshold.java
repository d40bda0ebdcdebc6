package dev.retort.distill.objective.procedure;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * DistiLLM's adaptive threshold: how often a student learns from its own generations. Ko et al.
 * (ICML 2024, arXiv 2402.03898), as in jongwooko/distillm (finetune.py).
 *
 * <p>After each validation with loss v: if v is at least reference + margin, the threshold rises by
 * the increment, up to the cap, and v becomes the reference. The reference never follows a falling
 * loss. Immutable: {@link #after} gives the next one; {@link #state} is what a checkpoint holds.
 *
 * @param threshold phi, the share of batches that are generated or replayed, from 0 to the cap
 * @param reference the validation loss that the next one is held against
 * @param margin how much worse it must be, at least 0; the authors': 0.1 (GPT-2), 0.2 (OpenLLaMA)
 * @param increment by how much the threshold rises, above 0; the authors': 0.1
 * @param cap the highest threshold, up to 1; the authors': 1
 */
public record AdaptiveThreshold(
    double threshold, double reference, double margin, double increment, double cap) {
  private static final String THRESHOLD = "threshold";
  private static final String REFERENCE = "reference";

  /** Checks the numbers. */
  public AdaptiveThreshold {
    require(cap > 0 && cap <= 1, "cap", "above 0 and at most 1", cap);
    require(threshold >= 0 && threshold <= cap, THRESHOLD, "from 0 to the cap", threshold);
    require(Double.isFinite(reference), REFERENCE, "finite", reference);
    require(margin >= 0 && Double.isFinite(margin), "margin", "at least 0", margin);
    require(increment > 0 && Double.isFinite(increment), "increment", "above 0", increment);
  }

  private static void require(boolean met, String what, String allowed, double value) {
    if (!met) {
      throw new IllegalArgumentException(
          "The adaptive threshold's " + what + " must be " + allowed + ", not (" + value + ")");
    }
  }

  /**
   * A threshold before the first step, with the authors' numbers for GPT-2: from 0, margin 0.1.
   *
   * @param loss the validation loss of the start
   */
  public static AdaptiveThreshold starting(double loss) {
    return new AdaptiveThreshold(0, loss, 0.1, 0.1, 1);
  }

  /** The threshold after a validation with that loss; NaN counts as no worse. */
  public AdaptiveThreshold after(double loss) {
    return loss >= reference + margin && Double.isFinite(loss)
        ? new AdaptiveThreshold(Math.min(threshold + increment, cap), loss, margin, increment, cap)
        : this;
  }

  /** What changes while it is used. */
  public ImmutableMap<String, Double> state() {
    return ImmutableMap.of(THRESHOLD, threshold, REFERENCE, reference);
  }

  /**
   * This one as it was when a state was taken.
   *
   * @throws IllegalArgumentException when the state lacks a number or has one that is not allowed
   */
  public AdaptiveThreshold at(Map<String, Double> state) {
    Double phi = state.get(THRESHOLD);
    Double loss = state.get(REFERENCE);
    if (phi == null || loss == null) {
      throw new IllegalArgumentException("The state of an adaptive threshold has " + THRESHOLD
          + " and " + REFERENCE + ", found (" + state + ")");
    }
    return new AdaptiveThreshold(phi, loss, margin, increment, cap);
  }
}
