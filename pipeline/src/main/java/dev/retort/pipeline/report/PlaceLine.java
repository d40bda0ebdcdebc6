package dev.retort.pipeline.report;

/**
 * Where something lies.
 *
 * @param label what it is
 * @param path where, relative to the report
 */
public record PlaceLine(String label, String path) {}
