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
 * @param part the part of the data that the reported scores are of: {@code test}, or {@code dev}
 *     where there is no test with labels, as in GLUE; the figures called test are of that part
 */
public record Question(
    String task,
    String metric,
    String teacher,
    List<BudgetLine> budgets,
    String story,
    String part) {
  /** Copies the list. */
  public Question {
    budgets = List.copyOf(budgets);
  }

  /** A question whose reported scores are of the test part. */
  public Question(
      String task, String metric, String teacher, List<BudgetLine> budgets, String story) {
    this(task, metric, teacher, budgets, story, "test");
  }

  /** The part with a capital, for the head of a column. */
  String heading() {
    return Character.toUpperCase(part.charAt(0)) + part.substring(1);
  }
}
