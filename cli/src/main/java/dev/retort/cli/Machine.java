package dev.retort.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import dev.retort.space.Quantity;
import dev.retort.space.UserException;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.NativeThreads;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What this machine has and how fast it is. */
final class Machine {
  /** Side of the square matrices that speed is measured with. */
  private static final int SIDE = 1024;

  private static final List<String> FLAGS =
      List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16", "bf16", "asimd", "sve");

  private Machine() {}

  /** What the operating system and the JVM say. */
  static Map<String, String> system() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("retort", new RetortCommand.Version().getVersion()[0].substring("retort ".length()));
    facts.put(
        "jdk",
        Runtime.version() + " (" + System.getProperty("java.vendor", "unknown vendor") + ")");
    facts.put(
        "system",
        System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
            + System.getProperty("os.arch"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("heap-limit", Quantity.bytes(Runtime.getRuntime().maxMemory()));
    facts.put("cpu-flags", cpuFlags());
    return facts;
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Quantity.bytes(system.getTotalMemorySize()) + ", "
            + Quantity.bytes(system.getFreeMemorySize()) + " free"
        : "unknown";
  }

  /** The instructions that matrix products profit from, as Linux lists them. */
  private static String cpuFlags() {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return "unknown on this system";
    }
    try (var lines = Files.lines(file)) {
      List<String> has = lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .map(line -> Splitter.onPattern("\\s+").splitToList(line))
          .orElse(List.of());
      List<String> known = FLAGS.stream().filter(has::contains).toList();
      return known.isEmpty() ? "none of " + FLAGS : String.join(", ", known);
    } catch (IOException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }

  /** What the engine says, and how fast it multiplies. */
  static Map<String, String> engine() {
    Engine engine;
    try {
      engine = Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new UserException(
          UserException.Kind.RESOURCE,
          "the PyTorch engine does not start on this machine (" + e.getMessage()
              + "). It needs 64-bit Linux, macOS or Windows and a home folder that can be written"
              + " (or DJL_CACHE_DIR=FOLDER).",
          e);
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("djl", Engine.getDjlVersion());
    facts.put("libtorch", engine.getVersion());
    facts.put("threads", Integer.toString(NativeThreads.get()));
    facts.putAll(Accelerators.facts(engine));
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray left = manager.randomNormal(new Shape(SIDE, SIDE));
      NDArray right = manager.randomNormal(new Shape(SIDE, SIDE));
      NDArray zero = manager.zeros(new Shape(SIDE));
      facts.put("fp32-speed", speed(macsPerSecond(() -> left.matMul(right))));
      Kernels bf16 = ScriptedKernels.bf16();
      facts.put("bf16-speed", speed(macsPerSecond(() -> bf16.linear(left, right, zero))));
    }
    return facts;
  }

  /** How many multiply-accumulates a second a large float32 product does on the CPU. */
  static double macsPerSecond() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray left = manager.randomNormal(new Shape(SIDE, SIDE));
      NDArray right = manager.randomNormal(new Shape(SIDE, SIDE));
      return macsPerSecond(() -> left.matMul(right));
    }
  }

  /** The best of a few products, since the first ones warm up. */
  private static double macsPerSecond(Supplier<NDArray> product) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      long begin = System.nanoTime();
      try (NDArray result = product.get()) {
        result.getFloat(0, 0);
      }
      best = Math.min(best, System.nanoTime() - begin);
    }
    return 1e9 * SIDE * SIDE * SIDE / best;
  }

  private static String speed(double macsPerSecond) {
    return String.format(
        Locale.ROOT, "%.0f GFLOP/s (%d x %d matrix product)", 2 * macsPerSecond / 1e9, SIDE, SIDE);
  }
}
