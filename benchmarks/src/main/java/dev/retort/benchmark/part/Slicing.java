package dev.retort.benchmark.part;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cutting sub-networks out of shared weights, beside as many plain calls of the engine. */
public final class Slicing implements Benchmark {
  private static final double MICRO = 1e6;

  @Override
  public String name() {
    return "slicing";
  }

  @Override
  public String about() {
    return "[--quick]: cutting sub-networks out of shared weights";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    Stopwatch watch = Stopwatch.of(arguments);
    double plain = watch.seconds(SliceTime.class, "plainSlices", Map.of());
    out.println("| a sub-network of a BERT, 6 x 384 | µs | of plain slices |");
    out.println("|---|---|---|");
    print("as many plain slices", plain, plain, out);
    print("view", watch.seconds(SliceTime.class, "view", Map.of()), plain, out);
    print("extract (a copy)", watch.seconds(SliceTime.class, "extract", Map.of()), plain, out);
    return 0;
  }

  private static void print(String what, double seconds, double plain, PrintStream out) {
    out.printf(Locale.ROOT, "| %s | %.0f | %.2f |%n", what, MICRO * seconds, seconds / plain);
  }
}
