package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Prints, for each architecture that it is given, the bytes of its weights and the most bytes by
 * which a forward pass makes this process grow. A process of its own, which the C library is told
 * to give every large array back at once, as otherwise what was freed before would hide what is
 * allocated.
 */
final class ForwardMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private ForwardMemory() {}

  /** Whether this system says how large a process has been. */
  static boolean supported() {
    return Files.isReadable(STATUS) && Files.isWritable(RESET);
  }

  /** Architectures and sizes of batches, in turn. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    for (int i = 0; i < arguments.length; i += 2) {
      Architecture architecture = Architecture.parse(arguments[i]);
      int size = Integer.parseInt(arguments[i + 1]);
      try (NDManager manager = NDManager.newBaseManager();
          Autograd off = Autograd.off()) {
        Weights weights = Samples.weights(architecture, manager, 1);
        long bytes = weights.tensors().values().stream()
            .mapToLong(each -> each.size() * each.getDataType().getNumOfBytes())
            .sum();
        Batch batch = batch(architecture, manager, size);
        forward(architecture, weights, batch);
        Files.writeString(RESET, "5", StandardOpenOption.WRITE);
        long before = status("VmRSS:");
        forward(architecture, weights, batch);
        out.println("measured " + bytes + " " + (status("VmHWM:") - before));
      }
    }
  }

  private static Batch batch(Architecture architecture, NDManager manager, int size) {
    if (architecture.family().input() == Family.Input.IMAGES) {
      return ToyImages.batch(manager, 1, size, architecture.integer("resolution"));
    }
    int[] lengths = new int[size];
    Arrays.fill(lengths, architecture.integer("positions"));
    return Samples.batch(architecture, manager, 1, lengths);
  }

  private static void forward(Architecture architecture, Weights weights, Batch batch) {
    Outputs outputs = Network.of(architecture, new EagerKernels())
        .forward(weights, batch, new Request(true, ImmutableSet.of(), Dropout.NONE));
    try (NDArray logits = outputs.requireLogits()) {
      // The engine computes at once; to read a number makes sure of it.
      logits.sum().toFloatArray();
    }
  }

  private static long status(String key) throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .sum();
    }
  }
}
