package dev.retort.benchmark.objective;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.objective.Watch.Times;
import dev.retort.distill.objective.attention.AttentionTransfer;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Time and arrays of every objective, beside plain cross-entropy and a student's step. */
public final class ObjectiveCosts implements Benchmark {
  private static final int USAGE = 2;
  private static final String QUICK = "--quick";
  private static final String SHARED = "--in-process";
  private static final ImmutableSet<String> RELATIONS =
      ImmutableSet.of(SelfAttentionRelation.NAME, AttentionTransfer.NAME);
  private static final double MILLI = 1000;
  private static final double PERCENT = 100;

  /** What a subject costs. */
  private record Cost(Subject subject, Times times, int arrays) {}

  @Override
  public String name() {
    return "objectives";
  }

  @Override
  public String about() {
    return "[--quick|--in-process] [NAME…]: time and arrays of objectives, all or some";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    List<String> names = new ArrayList<>(arguments);
    boolean shared = names.remove(SHARED);
    Watch watch = names.remove(QUICK) ? Watch.QUICK : shared ? Watch.SHARED : Watch.CAREFUL;
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
            || each.equals(all.get(0))) // plain cross-entropy
        .toList();
    Times step = watch.step();
    double plain = Double.NaN;
    for (Material material : Material.values()) {
      List<Subject> here =
          asked.stream().filter(each -> each.material() == material).toList();
      List<Cost> costs = new ArrayList<>();
      for (Subject subject : here) {
        int arrays = arrays(subject);
        costs.add(new Cost(subject, watch.loss(subject), arrays));
        if (subject.title().equals(Subject.PLAIN)) {
          plain = costs.get(costs.size() - 1).times().cpu();
        }
      }
      if (!here.isEmpty()) {
        Times after = watch == Watch.QUICK ? step : watch.step();
        print(material, costs, plain, step, after, out);
        if (here.stream().anyMatch(each -> RELATIONS.contains(each.objective()))) {
          parts(watch, (step.cpu() + after.cpu()) / 2, out);
        }
        step = after;
      }
    }
    return 0;
  }

  /** What relations consist of, so that it can be told how far from it they are. */
  private static void parts(Watch watch, double step, PrintStream out) {
    out.println("| parts of a relation, [32, 12, 128, 128] | µs | of cores | of a step |");
    out.println("|---|---|---|---|");
    for (RelationPart.Part part : RelationPart.Part.values()) {
      Times times = watch.part(part);
      out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.2f %% |%n",
          part.title(),
          times.time(),
          times.cpu(),
          PERCENT * times.cpu() / step);
    }
    out.println();
  }

  private static int arrays(Subject subject) {
    try (Loss loss = new Loss(subject)) {
      return loss.arrays();
    }
  }

  /** A table; its shares are of time on cores, of the mean of the steps before and after it. */
  private static void print(
      Material material,
      List<Cost> costs,
      double plain,
      Times before,
      Times after,
      PrintStream out) {
    double step = (before.cpu() + after.cpu()) / 2;
    out.printf(
        Locale.ROOT,
        "| %s; a step: %.0f ms, %.0f ms of cores | µs | of cores | of a step | cross-entropies"
            + " | arrays |%n",
        material.title(),
        (before.time() + after.time()) / 2 / MILLI,
        step / MILLI);
    out.println("|---|---|---|---|---|---|");
    for (Cost cost : costs) {
      out.printf(
          Locale.ROOT,
          "| `%s` | %.0f | %.0f | %.2f %% | %.1f | %d |%n",
          cost.subject().title(),
          cost.times().time(),
          cost.times().cpu(),
          PERCENT * cost.times().cpu() / step,
          cost.times().cpu() / plain,
          cost.arrays());
    }
    out.println();
  }
}
