package dev.retort.benchmark;

import ai.djl.engine.Engine;
import com.google.common.base.Splitter;
import com.sun.management.OperatingSystemMXBean;
import dev.retort.supernet.kernel.NativeThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What figures were measured on, as the machine itself tells it. */
public final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double GIGA = 1L << 30;

  private Machine() {}

  /** Processor, memory, system, JDK and engine in a line. */
  public static String line() {
    double memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean it
        ? it.getTotalMemorySize() / GIGA
        : Double.NaN;
    Engine engine = Engine.getEngine("PyTorch");
    return String.format(
        Locale.ROOT,
        "Measured on %d cores of %s, %.1f GiB, %s %s; JDK %s; DJL %s, PyTorch %s, %d threads",
        Runtime.getRuntime().availableProcessors(),
        processor(),
        memory,
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        Engine.getDjlVersion(),
        engine.getVersion(),
        NativeThreads.get());
  }

  /** The processor's name, where Linux tells it. */
  private static String processor() {
    return after(CPU, "model name").stream().findFirst().orElse("an unknown processor");
  }

  /** Memory of this process that is in the machine's, in bytes; 0 where Linux does not tell. */
  public static long resident() {
    return after(STATUS, "VmRSS").stream()
        .mapToLong(each -> Long.parseLong(Splitter.on(' ').splitToList(each).get(0)) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static List<String> after(Path file, String key) {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
