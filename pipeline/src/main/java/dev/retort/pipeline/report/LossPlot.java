package dev.retort.pipeline.report;

import java.util.List;

/**
 * One chart of losses.
 *
 * @param stage the stage that it belongs to, shown above the title
 * @param title what it shows, such as {@code SuperLM tiny}
 * @param note what a reader should know of it; may be empty
 * @param stepLabel what the horizontal axis counts, such as {@code step}
 * @param lossLabel what the vertical axis measures, such as {@code loss}
 * @param scale scale of the vertical axis
 * @param curves the curves
 */
public record LossPlot(
    String stage,
    String title,
    String note,
    String stepLabel,
    String lossLabel,
    Scale scale,
    List<LossCurve> curves) {
  /** Scale of the vertical axis. */
  public enum Scale {
    /** Logarithmic when all values are positive and span a factor of ten, else linear. */
    AUTO,
    /** Linear. */
    LINEAR,
    /** Logarithmic; values that are not positive are left out. */
    LOG
  }

  /** Copies the list. */
  public LossPlot {
    curves = List.copyOf(curves);
  }
}
