package dev.retort.benchmark.cost;

import com.google.common.collect.ImmutableList;
import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Exact costs a second, and how long a search takes whose scores are costs. */
public final class Costs implements Benchmark {
  private static final int USAGE = 2;
  private static final String SPACES = "spaces";
  private static final String SEARCH = "search";
  private static final Set<String> KNOWN = Set.of(Stopwatch.QUICK_FLAG, SPACES, SEARCH);
  private static final int CANDIDATES = 20_000;
  private static final int FEW = 400;
  private static final int SEARCHES = 5;
  private static final int PROCESSES = 3;
  private static final List<Searchable> SEARCHED =
      List.of(Searchable.BERT_BY_HEADS, Searchable.BERT_BY_LAYER);
  private static final MathContext SHORT = new MathContext(2);

  @Override
  public String name() {
    return "costs";
  }

  @Override
  public String about() {
    return "[--quick] [spaces|search]: exact costs a second, and a search by cost alone";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    if (!KNOWN.containsAll(arguments)) {
      out.println("Not known among (" + String.join(" ", arguments) + "); " + about());
      return USAGE;
    }
    Stopwatch watch = Stopwatch.of(arguments);
    boolean quick = watch == Stopwatch.QUICK;
    if (!arguments.contains(SPACES)) {
      searches(watch, quick ? FEW : CANDIDATES, quick ? 1 : SEARCHES, out);
      out.println();
    }
    if (!arguments.contains(SEARCH)) {
      spaces(watch, out);
    }
    return 0;
  }

  private static void spaces(Stopwatch watch, PrintStream out) {
    out.println("| space | members | costs/s | made and counted/s |");
    out.println("|---|---|---|---|");
    for (Searchable each : Searchable.values()) {
      Map<String, String> parameters = Map.of("searchable", each.name());
      out.printf(
          Locale.ROOT,
          "| %s | %s | %,.0f | %,.0f |%n",
          each.title(),
          members(each),
          1 / watch.seconds(CostTime.class, "cost", parameters),
          1 / watch.seconds(CostTime.class, "makeAndCost", parameters));
    }
  }

  private static String members(Searchable searchable) {
    return new BigDecimal(searchable.space().count()).round(SHORT).toString();
  }

  /** Each space in processes of its own, whose first search has met nothing compiled. */
  private static void searches(Stopwatch watch, int candidates, int times, PrintStream out) {
    out.println(
        "| search by cost alone | members | candidates | first of a process, s | best, s |");
    out.println("|---|---|---|---|---|");
    for (Searchable each : SEARCHED) {
      List<ImmutableList<Double>> seconds = watch.shots(
          SearchTime.class,
          "search",
          Map.of("searchable", each.name(), "candidates", Integer.toString(candidates)),
          PROCESSES,
          times);
      out.printf(
          Locale.ROOT,
          "| %s, most FLOPs within %s | %s | %,d | %s | %.2f |%n",
          each.title(),
          SearchTime.BOUND,
          members(each),
          candidates,
          seconds.stream()
              .map(process -> String.format(Locale.ROOT, "%.2f", process.get(0)))
              .collect(Collectors.joining(", ")),
          seconds.stream()
              .flatMap(List::stream)
              .mapToDouble(Double::doubleValue)
              .min()
              .orElseThrow());
    }
  }
}
