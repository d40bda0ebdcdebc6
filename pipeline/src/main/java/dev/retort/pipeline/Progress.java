package dev.retort.pipeline;

import dev.retort.distill.train.StepReport;

/** Hears how a run goes on. Called by several threads, one at a time. */
public interface Progress {
  /** Hears nothing. */
  Progress NONE = new Progress() {};

  /**
   * A part of the run begins.
   *
   * @param name such as {@code train/tiny}
   * @param what it does, in words
   * @param steps how many steps it has; 0 where it has none to count
   */
  default void started(String name, String what, long steps) {}

  /** A training step is done. */
  default void step(StepReport report) {}

  /** A part that counts other things than training steps has come so far. */
  default void counted(String name, long done) {}

  /** A part of the run is done, or was found done. */
  default void finished(String name, double seconds) {}

  /** Something that the user should know. */
  default void note(String message) {}
}
