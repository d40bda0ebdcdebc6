package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;

/** A training in a process of its own, for {@link CrashTest} to kill. */
final class CrashChild {
  static final long STEPS = 60;

  private CrashChild() {}

  /** Trains in a folder, going on from its newest checkpoint; prints a line after each step. */
  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyTraining tiny = TinyTraining.everything(manager);
      tiny.steps = STEPS;
      tiny.checkpointEvery = 5;
      FolderCheckpoints checkpoints = new FolderCheckpoints(
          Path.of(arguments[0]), 2, 5, "crash", warning -> System.out.println("BROKEN " + warning));
      try (Trainer trainer = tiny.trainer()) {
        trainer.resume(checkpoints);
        trainer.run(
            checkpoints, report -> System.out.println("step " + report.step()), () -> false);
      }
    }
  }
}
