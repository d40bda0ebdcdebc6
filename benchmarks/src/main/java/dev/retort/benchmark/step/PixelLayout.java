package dev.retort.benchmark.step;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import dev.retort.space.Architecture;
import dev.retort.space.NamedModels;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A training step of networks of images with the planes of a pixel side by side in memory ({@link
 * Kernels#laidOut}) and with plane after plane, as arrays usually lie: both in turn, in one
 * process.
 */
public final class PixelLayout implements Benchmark {
  private static final int USAGE = 2;
  private static final double MILLI = 1e3;
  private static final double NANO = 1e9;
  private static final int BATCH = 8;
  private static final int ROUNDS = 7;

  /** Before what counts: the engine prepares code for each shape. */
  private static final int WARMUP = 2;

  private static final List<String> NETWORKS =
      List.of("resnet18", "resnet50", "mobilenet_v2", "resnet20-cifar10");

  private static final List<String> SMALL = List.of(
      "resnet:depth=1/1,width=8/16,resolution=8,classes=3", "mobilenet_v2:resolution=32,classes=3");

  /** Seconds of the steps of both, each pair taken one after the other. */
  private record Times(double[] usual, double[] last) {
    static double best(double[] seconds) {
      return Arrays.stream(seconds).min().orElseThrow();
    }

    /** How many times faster with planes last, of the pair in the middle. */
    double middle() {
      double[] ratios = new double[usual.length];
      Arrays.setAll(ratios, i -> usual[i] / last[i]);
      Arrays.sort(ratios);
      return ratios[ratios.length / 2];
    }
  }

  @Override
  public String name() {
    return "layout";
  }

  @Override
  public String about() {
    return "[--quick]: training steps on images with planes last, and in the usual layout";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    boolean quick = arguments.equals(List.of(Stopwatch.QUICK_FLAG));
    if (!quick && !arguments.isEmpty()) {
      out.println("Not known among (" + String.join(" ", arguments) + "); " + about());
      return USAGE;
    }
    out.println("| a training step | pixels | usual layout, ms | planes last, ms | usual / last"
        + " | of pairs, the middle |");
    out.println("|---|---|---|---|---|---|");
    for (String each : quick ? SMALL : NETWORKS) {
      Architecture architecture = NamedModels.parse(each);
      print(each, architecture, times(architecture, quick ? 0 : WARMUP, quick ? 1 : ROUNDS), out);
    }
    return 0;
  }

  /** As runs train; the two kernels differ in the layout alone where a network has no attention. */
  private static Times times(Architecture architecture, int warmup, int rounds) {
    Times times = new Times(new double[rounds], new double[rounds]);
    try (ImageSteps usual = new ImageSteps(architecture, BATCH, new EagerKernels());
        ImageSteps last = new ImageSteps(architecture, BATCH, ScriptedKernels.wholeBlocks())) {
      for (int i = -warmup; i < rounds; i++) {
        double first = seconds(usual);
        double second = seconds(last);
        if (i >= 0) {
          times.usual[i] = first;
          times.last[i] = second;
        }
      }
    }
    return times;
  }

  private static double seconds(ImageSteps training) {
    long begin = System.nanoTime();
    training.step();
    return (System.nanoTime() - begin) / NANO;
  }

  private static void print(String name, Architecture network, Times times, PrintStream out) {
    double usual = Times.best(times.usual);
    double last = Times.best(times.last);
    out.printf(
        Locale.ROOT,
        "| %s | %d x 3 x %d x %d | %.1f | %.1f | %.2f | %.2f |%n",
        name,
        BATCH,
        network.integer("resolution"),
        network.integer("resolution"),
        MILLI * usual,
        MILLI * last,
        usual / last,
        times.middle());
  }
}
