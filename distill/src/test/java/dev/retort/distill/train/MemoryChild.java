package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A training in a process of its own that prints what it holds; for {@link TrainingMemoryTest}. */
final class MemoryChild {
  private MemoryChild() {}

  /** Trains so many steps; prints after each from the twentieth its arrays and resident bytes. */
  public static void main(String[] arguments) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyTraining tiny = TinyTraining.everything(manager);
      tiny.steps = Long.parseLong(arguments[0]);
      try (Trainer trainer = tiny.trainer()) {
        for (long step = 1; step <= tiny.steps; step++) {
          trainer.step();
          if (step >= 20) {
            System.out.println(manager.getManagedArrays().size() + " " + resident());
          }
        }
      }
    }
  }

  private static long resident() throws IOException {
    String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(each -> each.startsWith("VmRSS:"))
        .findFirst()
        .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
  }
}
