package dev.retort.benchmark.objective;

import java.util.Objects;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long JMH looks: a process of its own for each measurement, or a quick look from this one.
 *
 * @param forks processes
 * @param warmup iterations before those that count
 * @param iterations iterations that count; their median is the result
 * @param milliseconds of each iteration
 */
record Watch(int forks, int warmup, int iterations, long milliseconds) {
  /** For figures. */
  static final Watch CAREFUL = new Watch(1, 2, 7, 250);

  /** The same from this process: sooner done where there are many. */
  static final Watch SHARED = new Watch(0, 1, 5, 150);

  /** Whether it works at all. */
  static final Watch QUICK = new Watch(0, 0, 1, 1);

  /** Steps take long and vary little; from this process a few are enough. */
  private static final int FEW = 3;

  /** An iteration has to hold a few steps. */
  private static final int STEP_FACTOR = 12;

  /** In a us. */
  private static final double NANOS = 1000;

  /**
   * Medians of what one call takes, in us.
   *
   * @param time as a clock has it
   * @param cpu on all cores together
   */
  record Times(double time, double cpu) {}

  /** A subject's loss and backward pass. */
  Times loss(Subject subject) {
    return median(options(ObjectiveTime.class, 1, iterations).param("subject", subject.text()));
  }

  /** A part of what relations take. */
  Times part(RelationPart.Part part) {
    return median(options(RelationPart.class, 1, iterations).param("part", part.name()));
  }

  /** A step. */
  Times step() {
    return median(options(
        StepTime.class,
        this == QUICK ? 1 : STEP_FACTOR,
        this == CAREFUL ? iterations : Math.min(FEW, iterations)));
  }

  private ChainedOptionsBuilder options(Class<?> benchmark, int factor, int measured) {
    TimeValue time = TimeValue.milliseconds(milliseconds * factor);
    return new OptionsBuilder()
        .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .forks(forks)
        .warmupIterations(warmup)
        .warmupTime(time)
        .measurementIterations(measured)
        .measurementTime(time);
  }

  private static Times median(ChainedOptionsBuilder options) {
    try {
      RunResult result = new Runner(options.build()).runSingle();
      double[] each = result.getBenchmarkResults().stream()
          .flatMap(fork -> fork.getIterationResults().stream())
          .mapToDouble(Watch::cpu)
          .sorted()
          .toArray();
      return new Times(
          result.getPrimaryResult().getStatistics().getPercentile(50), each[each.length / 2]);
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + e.getMessage(), e);
    }
  }

  private static double cpu(IterationResult iteration) {
    return sum(iteration, "cpu") / sum(iteration, "calls") / NANOS;
  }

  private static double sum(IterationResult iteration, String counter) {
    return Objects.requireNonNull(iteration.getSecondaryResults().get(counter), counter)
        .getScore();
  }
}
