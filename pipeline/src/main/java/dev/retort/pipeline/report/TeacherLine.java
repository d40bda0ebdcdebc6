package dev.retort.pipeline.report;

/**
 * The teacher.
 *
 * @param name its name
 * @param architecture canonical text of its architecture
 * @param cost what it costs
 * @param dev score on the dev part
 * @param test score on the test part
 * @param path its folder, relative to the report; empty: none
 */
public record TeacherLine(
    String name,
    String architecture,
    CostFigures cost,
    ScoreFigure dev,
    ScoreFigure test,
    String path) {}
