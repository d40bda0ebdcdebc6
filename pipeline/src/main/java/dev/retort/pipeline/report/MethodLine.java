package dev.retort.pipeline.report;

/**
 * One architecture trained in one way, and how well it did.
 *
 * @param method the way, such as {@code NKD} or {@code from scratch}
 * @param detail what a reader should know of it, such as {@code 100 labels a class}; may be empty
 * @param dev score on the dev part
 * @param test score on the test part
 * @param delivered whether this is the student that the run hands over
 * @param path its folder, relative to the report; empty: none
 */
public record MethodLine(
    String method,
    String detail,
    ScoreFigure dev,
    ScoreFigure test,
    boolean delivered,
    String path) {}
