package dev.retort.benchmark.objective;

import com.google.common.collect.ImmutableList;
import dev.retort.benchmark.Benchmark;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Time and arrays of every objective, beside plain cross-entropy and a student's step. */
public final class ObjectiveCosts implements Benchmark {
  private static final int USAGE = 2;
  private static final String QUICK = "--quick";
  private static final int STEP_FACTOR = 10;

  /** What a subject costs; time in us. */
  private record Cost(Subject subject, double time, int arrays) {}

  @Override
  public String name() {
    return "objectives";
  }

  @Override
  public String about() {
    return "[--quick] [NAME…]: time and arrays of objectives, all or some";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    List<String> names = new ArrayList<>(arguments);
    boolean quick = names.remove(QUICK);
    ImmutableList<Subject> all = Subject.all();
    for (String name : names) {
      if (all.stream().noneMatch(each -> each.objective().equals(name))) {
        out.println("No objective that is measured (" + name + "); " + about());
        return USAGE;
      }
    }
    Watch watch = quick ? Watch.QUICK : Watch.CAREFUL;
    double before = watch.times(quick ? 1 : STEP_FACTOR).step();
    List<Cost> costs = new ArrayList<>();
    for (Subject subject : all) {
      if (names.isEmpty()
          || names.contains(subject.objective())
          || subject.objective().equals(Subject.PLAIN)) {
        try (Loss loss = new Loss(subject)) {
          costs.add(new Cost(subject, watch.loss(subject), loss.arrays()));
        }
      }
    }
    double after = watch.times(quick ? 1 : STEP_FACTOR).step();
    print(costs, before, after, out);
    return 0;
  }

  private static void print(List<Cost> costs, double before, double after, PrintStream out) {
    double step = (before + after) / 2;
    out.printf(
        Locale.ROOT,
        "A student's step: %.0f ms (%.0f ms before the objectives, %.0f ms after them).%n",
        step / 1000,
        before / 1000,
        after / 1000);
    for (Material material : Material.values()) {
      List<Cost> here =
          costs.stream().filter(each -> each.subject().material() == material).toList();
      if (here.isEmpty()) {
        continue;
      }
      double plain = here.stream()
          .filter(each -> each.subject().title().equals(Subject.PLAIN))
          .findFirst()
          .orElse(costs.get(0))
          .time();
      out.printf(
          "%n| %s | µs | of a step | cross-entropies | arrays |%n|---|---|---|---|---|%n",
          material.title());
      for (Cost cost : here) {
        out.printf(
            Locale.ROOT,
            "| `%s` | %.0f | %.2f %% | %.1f | %d |%n",
            cost.subject().title(),
            cost.time(),
            100 * cost.time() / step,
            cost.time() / plain,
            cost.arrays());
      }
    }
  }
}
