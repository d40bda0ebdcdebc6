package dev.retort.benchmark.guard;

import com.google.common.collect.ImmutableMap;
import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Machine;
import dev.retort.benchmark.Stopwatch;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares ratios of times with those of the last release, never times with times: a machine that
 * is twice as slow is so for both sides of a ratio. The margin is wide, since it is not quite.
 */
public final class Guard implements Benchmark {
  private static final String WRITE = "--write";
  private static final int USAGE = 2;

  /** How many times as large a ratio may be. */
  private static final double MARGIN = 2;

  private final Path file =
      Path.of(System.getProperty("retort.root", "."), "benchmarks", "ratios.txt");

  @Override
  public String name() {
    return "guard";
  }

  @Override
  public String about() {
    return "[--quick] [--write]: ratios against the last release's; exit code 1 beyond twice one";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    for (String argument : arguments) {
      if (!argument.equals(WRITE) && !argument.equals(Stopwatch.QUICK_FLAG)) {
        out.println("No argument (" + argument + "); " + about());
        return USAGE;
      }
    }
    Stopwatch watch = arguments.contains(Stopwatch.QUICK_FLAG) ? Stopwatch.QUICK : Stopwatch.BRISK;
    if (arguments.contains(WRITE)) {
      return write(watch, out);
    }
    ImmutableMap<String, Double> release;
    try {
      release = RatioFile.read(file);
    } catch (UserException e) {
      out.println(e.getMessage());
      return USAGE;
    }
    return compare(release, watch, out);
  }

  private int write(Stopwatch watch, PrintStream out) {
    Map<String, Double> measured = new LinkedHashMap<>();
    for (Ratio ratio : Ratio.values()) {
      measured.put(ratio.key(), ratio.measure(watch));
      out.printf(Locale.ROOT, "%s %.3f%n", ratio.key(), measured.get(ratio.key()));
    }
    try {
      RatioFile.write(file, Machine.line(), measured);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }

  private static int compare(
      ImmutableMap<String, Double> release, Stopwatch watch, PrintStream out) {
    out.println("| ratio | last release | now | now / then | |");
    out.println("|---|---|---|---|---|");
    boolean beyond = false;
    for (Ratio ratio : Ratio.values()) {
      Double then = release.get(ratio.key());
      double now = ratio.measure(watch);
      boolean worse = then != null && isBeyond(then, now);
      beyond |= worse;
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %s | %s |%n",
          ratio.key(),
          then == null ? "–" : String.format(Locale.ROOT, "%.3f", then),
          now,
          then == null ? "–" : String.format(Locale.ROOT, "%.2f", now / then),
          then == null ? "new" : worse ? "**beyond " + MARGIN + "**" : "ok");
    }
    return beyond ? 1 : 0;
  }

  static boolean isBeyond(double then, double now) {
    return now > MARGIN * then;
  }
}
