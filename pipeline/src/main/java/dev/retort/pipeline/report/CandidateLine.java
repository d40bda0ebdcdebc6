package dev.retort.pipeline.report;

/**
 * One scored candidate of the search.
 *
 * @param architecture canonical text of its architecture
 * @param subSpace {@link SubSpaceLine#name()} of its sub-space
 * @param macs multiply-accumulates an example
 * @param score its score, lower being better; NaN when scoring it failed
 * @param chosenFor {@link BudgetLine#label()} of the budget that it was chosen for, several joined
 *     by commas; empty: not chosen
 */
public record CandidateLine(
    String architecture, String subSpace, double macs, double score, String chosenFor) {}
