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
  private static final double MILLI = 1000;
  private static final double PERCENT = 100;

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
    Watch watch = names.remove(QUICK) ? Watch.QUICK : Watch.CAREFUL;
    ImmutableList<Subject> all = Subject.all();
    for (String name : names) {
      if (all.stream().noneMatch(each -> each.objective().equals(name))) {
        out.println("No objective that is measured (" + name + "); " + about());
        return USAGE;
      }
    }
    List<Subject> asked = all.stream()
        .filter(each -> names.isEmpty()
            || names.contains(each.objective())
            || each.objective().equals(Subject.PLAIN))
        .toList();
    double step = watch.step();
    double plain = Double.NaN;
    for (Material material : Material.values()) {
      List<Subject> here =
          asked.stream().filter(each -> each.material() == material).toList();
      List<Cost> costs = new ArrayList<>();
      for (Subject subject : here) {
        int arrays = arrays(subject);
        costs.add(new Cost(subject, watch.loss(subject), arrays));
        if (subject.title().equals(Subject.PLAIN)) {
          plain = costs.get(costs.size() - 1).time();
        }
      }
      if (!here.isEmpty()) {
        double after = watch == Watch.QUICK ? step : watch.step();
        print(material, costs, plain, step, after, out);
        step = after;
      }
    }
    return 0;
  }

  private static int arrays(Subject subject) {
    try (Loss loss = new Loss(subject)) {
      return loss.arrays();
    }
  }

  /** A table; its shares are of the mean of the steps before and after. */
  private static void print(
      Material material,
      List<Cost> costs,
      double plain,
      double before,
      double after,
      PrintStream out) {
    out.printf(
        Locale.ROOT,
        "| %s; a step takes %.0f to %.0f ms | µs | of a step | cross-entropies | arrays |%n",
        material.title(),
        Math.min(before, after) / MILLI,
        Math.max(before, after) / MILLI);
    out.println("|---|---|---|---|---|");
    for (Cost cost : costs) {
      out.printf(
          Locale.ROOT,
          "| `%s` | %.0f | %.2f %% | %.1f | %d |%n",
          cost.subject().title(),
          cost.time(),
          PERCENT * cost.time() / ((before + after) / 2),
          cost.time() / plain,
          cost.arrays());
    }
    out.println();
  }
}
