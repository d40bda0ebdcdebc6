package dev.retort.benchmark.objective;

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

  /** Whether it works at all. */
  static final Watch QUICK = new Watch(0, 0, 1, 1);

  /** An iteration has to hold a few steps. */
  private static final int STEP_FACTOR = 12;

  /** The median of a subject's loss and backward pass, in us. */
  double loss(Subject subject) {
    return median(options(ObjectiveTime.class, 1).param("subject", subject.text()));
  }

  /** The median of a step, in us. */
  double step() {
    return median(options(StepTime.class, forks == 0 ? 1 : STEP_FACTOR));
  }

  private ChainedOptionsBuilder options(Class<?> benchmark, int factor) {
    TimeValue time = TimeValue.milliseconds(milliseconds * factor);
    return new OptionsBuilder()
        .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .forks(forks)
        .warmupIterations(warmup)
        .warmupTime(time)
        .measurementIterations(iterations)
        .measurementTime(time);
  }

  private static double median(ChainedOptionsBuilder options) {
    try {
      RunResult result = new Runner(options.build()).runSingle();
      return result.getPrimaryResult().getStatistics().getPercentile(50);
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + e.getMessage(), e);
    }
  }
}
