package dev.retort.benchmark.cost;

import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import dev.retort.search.SearchResult;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Exact costs a second, and how long a search takes whose scores are costs. */
public final class Costs implements Benchmark {
  private static final int USAGE = 2;
  private static final String SPACES = "spaces";
  private static final String SEARCH = "search";
  private static final Set<String> KNOWN = Set.of(Stopwatch.QUICK_FLAG, SPACES, SEARCH);
  private static final int CANDIDATES = 20_000;
  private static final int FEW = 400;
  private static final int SEARCHES = 5;
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
    int candidates = quick ? FEW : CANDIDATES;
    // First, so that the first of them begins in a process that has not warmed up.
    if (!arguments.contains(SPACES)) {
      searches(Searchable.BERT_BY_LAYER, "3G", candidates, quick ? 1 : SEARCHES, out);
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

  private static void searches(
      Searchable searchable, String bound, int candidates, int times, PrintStream out) {
    double[] seconds = new double[times];
    SearchResult result = null;
    for (int i = 0; i < times; i++) {
      CostlyOnly search = new CostlyOnly(searchable, bound, candidates);
      long begin = System.nanoTime();
      result = search.run();
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    double first = seconds[0];
    Arrays.sort(seconds);
    out.println("| search by cost alone | members | candidates | first, s | best, s |");
    out.println("|---|---|---|---|---|");
    out.printf(
        Locale.ROOT,
        "| %s, most FLOPs within %s | %s | %,d | %.2f | %.2f |%n",
        searchable.title(),
        bound,
        members(searchable),
        result == null ? 0 : result.evaluated().size(),
        first,
        seconds[0]);
  }
}
