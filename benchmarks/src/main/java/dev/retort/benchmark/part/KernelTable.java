package dev.retort.benchmark.part;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import dev.retort.benchmark.part.KernelTime.Kernel;
import dev.retort.benchmark.part.KernelTime.Maker;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Kernels of DJL's operations beside scripted ones, and both beside a plain matrix product. */
public final class KernelTable implements Benchmark {
  private static final double MICRO = 1e6;
  private static final double GIGA = 1e9;
  private static final double PERCENT = 100;

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public String about() {
    return "[--quick]: kernels, eager and scripted, forward and backward";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    Stopwatch watch = Stopwatch.of(arguments);
    double peak = KernelTime.peakFlops() / watch.seconds(KernelTime.class, "peak", Map.of());
    out.printf(
        Locale.ROOT,
        "| forward and backward; a plain product: %.0f GFLOP/s | eager, µs | scripted, µs"
            + " | bf16, µs | eager / scripted | eager / bf16 | eager, of the product's speed"
            + " | scripted, of it |%n",
        peak / GIGA);
    out.println("|---|---|---|---|---|---|---|---|");
    for (Kernel kernel : Kernel.values()) {
      double eager = seconds(watch, kernel, Maker.EAGER);
      double scripted = seconds(watch, kernel, Maker.SCRIPTED);
      double bf16 = seconds(watch, kernel, Maker.BF16);
      out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f | %.2f | %.2f | %s | %s |%n",
          kernel.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          MICRO * eager,
          MICRO * scripted,
          MICRO * bf16,
          eager / scripted,
          eager / bf16,
          share(kernel, eager, peak),
          share(kernel, scripted, peak));
    }
    return 0;
  }

  static double seconds(Stopwatch watch, Kernel kernel, Maker maker) {
    return watch.seconds(
        KernelTime.class,
        "forwardAndBackward",
        Map.of("kernel", kernel.name(), "maker", maker.name()));
  }

  private static String share(Kernel kernel, double seconds, double peak) {
    return kernel.flops() == 0
        ? "–"
        : String.format(Locale.ROOT, "%.0f %%", PERCENT * kernel.flops() / seconds / peak);
  }
}
