package dev.retort.pipeline.report;

/**
 * One budget.
 *
 * @param label a few characters for the chart, such as {@code 50 %}
 * @param asked the budget in words, such as {@code at most 50 % of the teacher's FLOPs}
 * @param macs the bound in multiply-accumulates an example; NaN when it bounds something else
 */
public record BudgetLine(String label, String asked, double macs) {}
