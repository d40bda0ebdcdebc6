package dev.retort.benchmark.step;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import dev.retort.benchmark.step.Size.Axis;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * How the time of a SuperLM's step grows with what it is made of: the exponents that least squares
 * of logarithms give, beside those of the matrix products' FLOPs.
 */
public final class Growth implements Benchmark {
  private static final Size MIDDLE = new Size(4, 256, 64, 4, 2);
  private static final Size SMALL = new Size(2, 64, 8, 2, 1);
  private static final double GIGA = 1e9;
  private static final double MILLI = 1e3;

  /** Seconds that are spent on a point of the table. */
  private static final double LONG = 0.5;

  /** Exponents further apart than this are told apart. */
  private static final double APART = 0.15;

  private static final int LEAST = 3;

  /** What was measured at a size. */
  private record Point(int length, double seconds, double flops) {
    /** Billions of FLOPs a second. */
    double rate() {
      return flops / seconds / GIGA;
    }
  }

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String about() {
    return "[--quick]: time of a SuperLM's step against its layers, hidden width and so on";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    boolean quick = arguments.contains(Stopwatch.QUICK_FLAG);
    Size middle = quick ? SMALL : MIDDLE;
    out.printf(
        Locale.ROOT,
        "A step of %d layers x %d, %d x %d tokens, %d sub-networks, one of them changed at a"
            + " time.%n%n",
        middle.layers(),
        middle.hidden(),
        middle.batch(),
        middle.sequence(),
        middle.subNetworks());
    out.println(
        "| grows | lengths | ms a step | GFLOP/s | exponent of time ± | of FLOPs | bound |");
    out.println("|---|---|---|---|---|---|---|");
    for (Axis axis : Axis.values()) {
      print(axis, points(axis, middle, quick), out);
    }
    return 0;
  }

  private static List<Point> points(Axis axis, Size middle, boolean quick) {
    int[] lengths =
        quick ? IntStream.of(64, 128, 192).map(each -> small(axis, each)).toArray() : lengths(axis);
    return Arrays.stream(lengths)
        .mapToObj(length -> {
          Size size = middle.with(axis, length);
          return new Point(length, seconds(size, quick ? 0 : LONG), size.flops());
        })
        .toList();
  }

  private static int[] lengths(Axis axis) {
    return switch (axis) {
      case LAYERS -> new int[] {2, 4, 8, 16};
      case HIDDEN -> new int[] {128, 256, 384, 512};
      case SEQUENCE -> new int[] {32, 64, 128, 256};
      case BATCH -> new int[] {2, 4, 8, 16};
      case SUB_NETWORKS -> new int[] {1, 2, 4, 8};
    };
  }

  /** For a quick look; only widths must be multiples of 64. */
  private static int small(Axis axis, int width) {
    return axis == Axis.HIDDEN ? width : width / 64 + 1;
  }

  /** The median time of a step. */
  private static double seconds(Size size, double atLeast) {
    double[] times = new double[1000];
    int count = 0;
    double sum = 0;
    try (SuperLm training = new SuperLm(size)) {
      training.step();
      training.step();
      while ((sum < atLeast || count < LEAST) && count < times.length) {
        long begin = System.nanoTime();
        training.step();
        times[count] = (System.nanoTime() - begin) / GIGA;
        sum += times[count];
        count++;
      }
    }
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }

  private static void print(Axis axis, List<Point> points, PrintStream out) {
    SimpleRegression time = new SimpleRegression();
    SimpleRegression work = new SimpleRegression();
    for (Point point : points) {
      time.addData(Math.log(point.length()), Math.log(point.seconds()));
      work.addData(Math.log(point.length()), Math.log(point.flops()));
    }
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.2f ± %.2f | %.2f | %s |%n",
        axis.title(),
        joined(points.stream().map(point -> (double) point.length()).toList(), "%.0f"),
        joined(points.stream().map(point -> point.seconds() * MILLI).toList(), "%.1f"),
        joined(points.stream().map(Point::rate).toList(), "%.0f"),
        time.getSlope(),
        time.getSlopeStdErr(),
        work.getSlope(),
        bound(time.getSlope(), work.getSlope()));
  }

  /** What the time follows: where it grows more slowly than the products, other things count. */
  private static String bound(double time, double work) {
    if (time < work - APART) {
      return "what does not grow: calls, the optimiser, small products";
    }
    return time > work + APART
        ? "memory: what grows faster than the products"
        : "each pass anew: products and calls alike";
  }

  private static String joined(List<Double> numbers, String format) {
    return String.join(
        " / ",
        numbers.stream().map(each -> String.format(Locale.ROOT, format, each)).toList());
  }
}
