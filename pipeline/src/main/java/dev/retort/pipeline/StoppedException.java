package dev.retort.pipeline;

import java.nio.file.Path;

/** A run was asked to stop and has saved what it had. {@code retort resume} goes on from there. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A run in a folder was stopped. */
  public StoppedException(Path run) {
    super("Stopped; everything so far is kept. Go on with: retort resume " + run);
  }
}
