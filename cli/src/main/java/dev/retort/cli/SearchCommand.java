package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.search.Scored;
import dev.retort.space.Accounting;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Cost;
import dev.retort.space.Metric;
import dev.retort.space.Quantity;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers from the search of a finished run. */
@Command(
    name = "search",
    header = "Finds the best students under a budget among those that a run has scored.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "Bounds are amounts such as 0.2G, 3M or 40MiB, or shares of the teacher's such as 50%%;"
          + " several hold together. Without one: the best of all."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_LINE,
      ExitCode.USAGE_LINE,
      ExitCode.INPUT_LINE,
      ExitCode.NO_STUDENT_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  retort search runs/2026-01-02-quickstart --flops 0.2G --parameters 50%% --top 5")
final class SearchCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run = Path.of("");

  @Option(names = "--flops", paramLabel = "BOUND", description = "Floating-point operations.")
  private @Nullable String flops;

  @Option(names = "--macs", paramLabel = "BOUND", description = "Multiply-accumulates.")
  private @Nullable String macs;

  @Option(names = "--parameters", paramLabel = "BOUND", description = "Parameters.")
  private @Nullable String parameters;

  @Option(names = "--weight-bytes", paramLabel = "BOUND", description = "Bytes of the weights.")
  private @Nullable String weightBytes;

  @Option(
      names = "--peak-activation-bytes",
      paramLabel = "BOUND",
      description = "Bytes of activations at the peak.")
  private @Nullable String peakActivationBytes;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many students (default: 5).")
  private int top;

  @Mixin
  private JsonOption json = new JsonOption();

  SearchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ScoredRun scored = ScoredRun.read(run);
    Budget asked = budget();
    Budget budget = asked.relative()
        ? Arguments.read("the budget", () -> asked.resolve(scored.teacher()))
        : asked;
    List<Scored> found = scored.result().require(budget, Arguments.positive("--top", top));
    long unsettled = scored.result().unsettled(budget);
    if (unsettled > 0) {
      console
          .err()
          .println("retort: " + unsettled + " candidates within this budget were dropped for others"
              + " that exceed it; one of them may be better. Put the budget into the recipe, or"
              + " search without racing.");
    }
    if (top > scored.top() && scored.result().count(Scored.Status.DROPPED) > 0) {
      console
          .err()
          .println("retort: the search raced for the best " + scored.top()
              + " of a budget; those behind them may not be the next best.");
    }
    if (json.asked()) {
      printJson(found, scored.accounting());
    } else {
      printTable(found, scored, budget);
    }
    return ExitCode.DONE;
  }

  private Budget budget() {
    Map<Metric, Bound> bounds = new EnumMap<>(Metric.class);
    add(bounds, Metric.FLOPS, flops);
    add(bounds, Metric.MACS, macs);
    add(bounds, Metric.PARAMETERS, parameters);
    add(bounds, Metric.WEIGHT_BYTES, weightBytes);
    add(bounds, Metric.PEAK_ACTIVATION_BYTES, peakActivationBytes);
    return Budget.of(bounds);
  }

  private static void add(Map<Metric, Bound> bounds, Metric metric, @Nullable String text) {
    if (text != null) {
      bounds.put(metric, Arguments.read("--" + metric.key(), () -> Bound.parse(text)));
    }
  }

  private void printTable(List<Scored> found, ScoredRun scored, Budget budget) {
    Cost teacher = scored.teacher();
    Table table =
        new Table("architecture", "sub-space", ">score", ">parameters", ">MACs", ">of teacher's");
    for (Scored each : found) {
      Cost cost = each.candidate().cost();
      table.row(
          each.candidate().architecture().toString(),
          each.candidate().subSpace(),
          String.format(Locale.ROOT, "%.5f", score(each, scored)),
          Quantity.text(cost.parameters()),
          Quantity.text(cost.macs()),
          String.format(Locale.ROOT, "%.1f %%", 100.0 * cost.macs() / teacher.macs()));
    }
    table.print(console.out(), "");
    console.out().println();
    console
        .out()
        .println("Of " + scored.result().evaluated().size() + " scored candidates, " + budget
            + "; score: " + scored.result().objectives().get(0) + ", lower is better.");
  }

  private static double score(Scored each, ScoredRun scored) {
    String name = scored.result().objectives().get(0);
    Double score = each.scores().get(name);
    return score == null ? each.candidate().cost().get(Metric.named(name)) : score;
  }

  private void printJson(List<Scored> found, Accounting accounting) {
    ArrayNode array = Json.array();
    for (Scored each : found) {
      ObjectNode node = CostOptions.json(
          each.candidate().architecture(), accounting, each.candidate().cost());
      node.put("subSpace", each.candidate().subSpace());
      ObjectNode scores = node.putObject("scores");
      each.scores().forEach(scores::put);
      array.add(node);
    }
    Json.print(console.out(), array);
  }
}
