package dev.retort.pipeline.report;

/**
 * What one stage took.
 *
 * @param name the stage
 * @param detail what it did, such as {@code 918 steps of 64}; may be empty
 * @param seconds wall time; NaN when not known
 */
public record StageLine(String name, String detail, double seconds) {}
