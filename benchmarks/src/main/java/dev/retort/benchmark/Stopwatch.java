package dev.retort.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long JMH looks at one thing: in a process of its own for figures, from this one for a look.
 *
 * @param forks processes; 0: this one
 * @param warmup iterations before those that count
 * @param iterations iterations that count; the best is the result, since others on the machine make
 *     one longer and never shorter
 * @param milliseconds of each iteration
 */
public record Stopwatch(int forks, int warmup, int iterations, long milliseconds) {
  /** What asks for {@link #QUICK} on the command line. */
  public static final String QUICK_FLAG = "--quick";

  /** For figures. */
  public static final Stopwatch CAREFUL = new Stopwatch(1, 3, 7, 250);

  /** For many figures. */
  public static final Stopwatch BRISK = new Stopwatch(1, 3, 5, 100);

  /** Whether it works at all. */
  public static final Stopwatch QUICK = new Stopwatch(0, 0, 1, 1);

  /** The one that these arguments ask for, {@link #CAREFUL} by default. */
  public static Stopwatch of(List<String> arguments) {
    return arguments.contains(QUICK_FLAG) ? QUICK : CAREFUL;
  }

  /**
   * The time of one call.
   *
   * @param type a class with JMH's annotations, in average time
   * @param method the method of it that is timed
   * @param parameters the values of its parameters
   * @return seconds
   */
  public double seconds(Class<?> type, String method, Map<String, String> parameters) {
    TimeValue time = TimeValue.milliseconds(milliseconds);
    ChainedOptionsBuilder options = options(type, method, parameters)
        .warmupIterations(warmup)
        .warmupTime(time)
        .measurementIterations(iterations)
        .measurementTime(time);
    return run(options).getPrimaryResult().getStatistics().getMin();
  }

  /**
   * The times of single calls, nothing warmed up, in several processes, where there are to be any:
   * the first of each has met nothing compiled.
   *
   * @param type a class with JMH's annotations, in single shots
   * @param method the method of it that is timed
   * @param parameters the values of its parameters
   * @param processes how many
   * @param calls how many in each
   * @return seconds by process, in the order of the calls
   */
  public ImmutableList<ImmutableList<Double>> shots(
      Class<?> type, String method, Map<String, String> parameters, int processes, int calls) {
    ChainedOptionsBuilder options = options(type, method, parameters)
        .forks(forks * processes)
        .warmupIterations(0)
        .measurementIterations(calls);
    return run(options).getBenchmarkResults().stream()
        .map(process -> process.getIterationResults().stream()
            .map(each -> each.getPrimaryResult().getScore())
            .collect(ImmutableList.toImmutableList()))
        .collect(ImmutableList.toImmutableList());
  }

  private ChainedOptionsBuilder options(
      Class<?> type, String method, Map<String, String> parameters) {
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .timeUnit(TimeUnit.SECONDS)
        .forks(forks);
    parameters.forEach((name, value) -> options.param(name, value));
    return options;
  }

  private static RunResult run(ChainedOptionsBuilder options) {
    try {
      return new Runner(options.build()).runSingle();
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + e.getMessage(), e);
    }
  }
}
