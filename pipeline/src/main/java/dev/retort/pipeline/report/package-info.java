/**
 * The report of a run: one self-contained HTML page and the table that the terminal shows.
 *
 * <p>Everything is rendered from {@link dev.retort.pipeline.report.ReportModel}, plain immutable
 * data: the same model gives the same bytes. Conventions of its figures: scores are fractions
 * (0.675, shown as 67.5), costs are counts, times are seconds, paths are relative to the report.
 * What is not known is {@link java.lang.Double#NaN} or the empty string, shown as an em dash.
 */
@NullMarked
package dev.retort.pipeline.report;

import org.jspecify.annotations.NullMarked;
