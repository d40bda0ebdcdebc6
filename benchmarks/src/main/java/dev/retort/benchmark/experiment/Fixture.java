package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;

/** Data, a teacher, a student's architecture and what is measured of it. */
interface Fixture extends AutoCloseable {
  /** What it is, with all sizes: a line for the docs, and what kept trials are known by. */
  String about();

  /** What students are compared by. */
  Headline headline();

  /** What else is told of every student, in a table of means. */
  default ImmutableList<Headline> details() {
    return ImmutableList.of();
  }

  /** What the teachers score, in words. */
  String teachers();

  /** The ways to train a student; the first is the plain one. */
  ImmutableList<Entrant> entrants();

  /**
   * Trains and measures one student. Safe for use by several threads.
   *
   * @param seed of the student's weights and the order of examples, the same for every entrant
   * @param manager owns what is made on the way
   */
  Trial run(Entrant entrant, long seed, NDManager manager);

  /** Frees teachers and data. */
  @Override
  void close();

  /**
   * The measure of a fixture's table.
   *
   * @param measure its name in trials
   * @param words its name in tables
   * @param higher whether higher is better
   * @param digits behind the point
   */
  record Headline(String measure, String words, boolean higher, int digits) {}
}
