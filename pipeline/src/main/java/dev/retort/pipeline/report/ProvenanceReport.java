package dev.retort.pipeline.report;

import java.util.List;

/**
 * What a run can be traced back to.
 *
 * @param started when it began, as text; empty: not shown
 * @param finished when it ended, likewise
 * @param seed the run's seed
 * @param facts versions, host, threads, precision and the like, in order
 * @param inputs the files that were read
 * @param reproducibility what a second run gives: the same bytes, or the same decisions within a
 *     tolerance; may be empty
 * @param asked the recipe as it was written
 * @param effective the recipe with everything filled in
 */
public record ProvenanceReport(
    String started,
    String finished,
    String seed,
    List<Fact> facts,
    List<Input> inputs,
    String reproducibility,
    String asked,
    String effective) {
  /**
   * One fact.
   *
   * @param name what it is, such as {@code JDK}
   * @param value its value
   */
  public record Fact(String name, String value) {}

  /**
   * A file that was read.
   *
   * @param path its path as the recipe names it
   * @param bytes its length
   * @param sha256 its hash in hexadecimal
   */
  public record Input(String path, long bytes, String sha256) {}

  /** Copies the lists. */
  public ProvenanceReport {
    facts = List.copyOf(facts);
    inputs = List.copyOf(inputs);
  }
}
