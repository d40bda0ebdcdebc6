package dev.retort.pipeline.report;

import java.util.List;

/**
 * What a run was asked.
 *
 * @param task the task in words, such as {@code who wrote this sentence?}
 * @param metric name of the score, such as {@code accuracy}
 * @param teacher the teacher in words
 * @param budgets the budgets, in the order asked; may be empty
 * @param story what a reader must know to read the figures rightly; may be empty
 */
public record Question(
    String task, String metric, String teacher, List<BudgetLine> budgets, String story) {
  /** Copies the list. */
  public Question {
    budgets = List.copyOf(budgets);
  }
}
