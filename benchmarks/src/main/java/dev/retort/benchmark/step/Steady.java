package dev.retort.benchmark.step;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Machine;
import dev.retort.benchmark.Stopwatch;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Whether memory grows with the steps: arrays and resident memory of a training, from its hundredth
 * step to its last.
 */
public final class Steady implements Benchmark {
  private static final Size SIZE = new Size(3, 128, 32, 4, 2);
  private static final Size SMALL = new Size(2, 64, 8, 2, 2);
  private static final int FROM = 100;
  private static final int STEPS = 2000;
  private static final int FEW = 120;
  private static final int EVERY = 100;
  private static final double MOST = 1.05;
  private static final double MEGA = 1 << 20;
  private static final double PERCENT = 100;

  @Override
  public String name() {
    return "steady";
  }

  @Override
  public String about() {
    return "[--quick]: arrays and resident memory over 2,000 steps; exit code 1 where they grow";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    boolean quick = arguments.contains(Stopwatch.QUICK_FLAG);
    int steps = quick ? FEW : STEPS;
    int arrays = 0;
    boolean flat = true;
    long before = 0;
    long most = 0;
    out.println("| step | arrays | resident, MiB |");
    out.println("|---|---|---|");
    try (SuperLm training = new SuperLm(quick ? SMALL : SIZE)) {
      for (int step = 1; step <= steps; step++) {
        training.step();
        int alive = training.arrays();
        long resident = step < FROM ? 0 : Machine.resident();
        if (step == FROM) {
          arrays = alive;
          before = resident;
        }
        flat &= step < FROM || alive == arrays;
        most = Math.max(most, resident);
        if (step % EVERY == 0) {
          out.printf(Locale.ROOT, "| %d | %d | %.1f |%n", step, alive, resident / MEGA);
        }
      }
    }
    double growth = before == 0 ? 1 : (double) most / before;
    out.printf(
        Locale.ROOT,
        "%nArrays are %s; at most %+.1f %% of resident memory after step %d (allowed: %.0f %%).%n",
        flat ? "flat" : "not flat",
        PERCENT * (growth - 1),
        FROM,
        PERCENT * (MOST - 1));
    return flat && growth <= MOST ? 0 : 1;
  }
}
