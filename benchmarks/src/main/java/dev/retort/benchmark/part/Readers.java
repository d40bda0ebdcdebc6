package dev.retort.benchmark.part;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Readers of weights, tables and text, beside reading the same bytes from the system's cache. */
public final class Readers implements Benchmark {
  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;

  @Override
  public String name() {
    return "readers";
  }

  @Override
  public String about() {
    return "[--quick]: reading weights, tables and text, and tokenising";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    Stopwatch watch = Stopwatch.of(arguments);
    ReadTime sizes = new ReadTime();
    long weights;
    long table;
    long tokens;
    try {
      sizes.prepare();
      weights = sizes.weightBytes();
      table = sizes.tableBytes();
      tokens = sizes.tokens();
      sizes.remove();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println("| reader | MB/s | of the same bytes from the cache |");
    out.println("|---|---|---|");
    double plain = seconds(watch, "weightBytes");
    print("bytes of weights", weights, plain, plain, out);
    print("safetensors", weights, seconds(watch, "safetensors"), plain, out);
    plain = seconds(watch, "tableBytes");
    print("bytes of a table", table, plain, plain, out);
    print("lines of text", table, seconds(watch, "lines"), plain, out);
    print("GLUE table", table, seconds(watch, "glue"), plain, out);
    double all = seconds(watch, "tokens");
    print("WordPiece tokens of its texts", table, all, plain, out);
    out.printf(Locale.ROOT, "%nTokens/s: %,.0f%n", tokens / all);
    return 0;
  }

  private static double seconds(Stopwatch watch, String method) {
    return watch.seconds(ReadTime.class, method, Map.of());
  }

  private static void print(
      String what, long bytes, double seconds, double plain, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.1f %% |%n",
        what,
        bytes / seconds / MEGA,
        PERCENT * plain / seconds);
  }
}
