package dev.retort.pipeline.report;

import java.util.List;

/**
 * What was searched and what came out.
 *
 * @param method how, such as {@code exhaustive}; empty when nothing was searched
 * @param score name of the score, lower being better, such as {@code held-out distillation loss}
 * @param seconds time that it took; NaN when not known
 * @param subSpaces the sub-spaces, in their order, which also gives them their colours
 * @param candidates every candidate, scored once
 * @param teacherScore the teacher's own score; NaN where it has none
 * @param note what a reader should know of it; may be empty
 */
public record SearchReport(
    String method,
    String score,
    double seconds,
    List<SubSpaceLine> subSpaces,
    List<CandidateLine> candidates,
    double teacherScore,
    String note) {
  /** Nothing was searched. */
  public static final SearchReport NONE =
      new SearchReport("", "", Double.NaN, List.of(), List.of(), Double.NaN, "");

  /** Copies the lists. */
  public SearchReport {
    subSpaces = List.copyOf(subSpaces);
    candidates = List.copyOf(candidates);
  }
}
