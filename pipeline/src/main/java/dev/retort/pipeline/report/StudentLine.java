package dev.retort.pipeline.report;

import java.util.List;

/**
 * One chosen architecture and what was made of it.
 *
 * @param name a short name, such as {@code half}
 * @param architecture canonical text of its architecture
 * @param subSpace the sub-space that it was found in
 * @param budget {@link BudgetLine#label()} of the budget that it answers; several joined by commas
 * @param cost what it costs
 * @param methods the ways in which it was trained, in the order of the table
 * @param path its folder, relative to the report; empty: none
 */
public record StudentLine(
    String name,
    String architecture,
    String subSpace,
    String budget,
    CostFigures cost,
    List<MethodLine> methods,
    String path) {
  /** Copies the list. */
  public StudentLine {
    methods = List.copyOf(methods);
  }

  /** The name, with the budget where that is called otherwise. */
  String title() {
    return budget.isEmpty() || budget.equals(name) ? name : name + " (budget " + budget + ")";
  }
}
