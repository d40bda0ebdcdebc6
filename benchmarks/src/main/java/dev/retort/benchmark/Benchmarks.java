package dev.retort.benchmark;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The main class: {@code benchmarks/run WORD [ARGUMENT…]}. A benchmark is found by its line in
 * {@code META-INF/services/dev.retort.benchmark.Benchmark}.
 */
public final class Benchmarks {
  private static final int USAGE = 2;
  private static final ImmutableMap<String, Benchmark> ALL =
      ServiceLoader.load(Benchmark.class).stream()
          .map(ServiceLoader.Provider::get)
          .collect(ImmutableSortedMap.toImmutableSortedMap(
              Comparator.naturalOrder(), Benchmark::name, each -> each));

  private Benchmarks() {}

  /** Says on which machine, and measures what the first argument names. */
  public static void main(String[] arguments) {
    System.out.println(Machine.line());
    System.out.println();
    System.exit(run(List.of(arguments), System.out));
  }

  /**
   * The same without an end of the process.
   *
   * @return the exit code
   */
  static int run(List<String> arguments, PrintStream out) {
    Benchmark chosen = arguments.isEmpty() ? null : ALL.get(arguments.get(0));
    if (chosen == null) {
      out.println(
          arguments.isEmpty() ? "What is measured:" : "No benchmark (" + arguments.get(0) + "):");
      ALL.values().forEach(each -> out.println("  " + each.name() + "  " + each.about()));
      return USAGE;
    }
    return chosen.run(arguments.subList(1, arguments.size()), out);
  }
}
