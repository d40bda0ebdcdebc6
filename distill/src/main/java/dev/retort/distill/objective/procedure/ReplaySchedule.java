package dev.retort.distill.objective.procedure;

/**
 * DistiLLM's choice of what a step learns from: Ko et al. (ICML 2024, arXiv 2402.03898), as in
 * jongwooko/distillm (finetune.py).
 *
 * <p>With phi the {@link AdaptiveThreshold} and s the part of it that is sampled anew, a step that
 * drew r from [0, 1) generates where r &lt; s, or where r &lt; phi and the buffer is not yet full;
 * else replays where r &lt; phi; else reads the data set. Stateless: everything is a function of
 * the step and of what it is given.
 *
 * @param ratio how s falls or rises; {@code DECREASING} is the authors'
 * @param steps how many steps there are, above 0
 * @param capacity how many sequences the buffer holds, above 0; the authors': 1000
 */
public record ReplaySchedule(Ratio ratio, long steps, int capacity) {
  /** Checks the numbers. */
  public ReplaySchedule {
    if (steps < 1 || capacity < 1) {
      throw new IllegalArgumentException(
          "A replay schedule needs steps and a capacity above 0, not (" + steps + ") and ("
              + capacity + ")");
    }
  }

  /** How the share of new generations goes with the step. */
  public enum Ratio {
    /** phi (1 - step/steps). */
    DECREASING,
    /** phi / 2. */
    CONSTANT,
    /** phi step/steps. */
    INCREASING
  }

  /** What a step learns from. */
  public enum Source {
    /** Answers that the student generates now, which then go to the buffer. */
    GENERATE,
    /** Sequences drawn from the buffer. */
    REPLAY,
    /** The data set. */
    DATA_SET
  }

  /**
   * The probability s of generating anew.
   *
   * @param step steps that are done, from 0 to {@code steps}
   * @param threshold phi
   */
  public double sampling(long step, double threshold) {
    double done = (double) step / steps;
    return switch (ratio) {
      case DECREASING -> threshold * (1 - done);
      case CONSTANT -> threshold * 0.5;
      case INCREASING -> threshold * done;
    };
  }

  /**
   * What a step learns from.
   *
   * @param step steps that are done
   * @param threshold phi
   * @param stored how many sequences the buffer holds now
   * @param draw r, uniform in [0, 1), one a batch
   */
  public Source source(long step, double threshold, int stored, double draw) {
    if (draw < sampling(step, threshold) || (draw < threshold && stored < capacity)) {
      return Source.GENERATE;
    }
    return draw < threshold ? Source.REPLAY : Source.DATA_SET;
  }
}
