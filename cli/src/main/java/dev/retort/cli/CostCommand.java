package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.Quantity;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what an architecture costs. */
@Command(
    name = "cost",
    header = "Prints parameters, operations and memory of an architecture.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "Costs are those of one forward pass for inference, under two accountings: exact counts what"
          + " the tensors hold and do; autodistil is the formula behind that paper's tables, which"
          + " under-counts wide heads and takes a multiply-add for one FLOP."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort cost bert:layers=7,hidden=160,heads=10,ratio=3.5 --sequence 128")
final class CostCommand implements Callable<Integer> {
  private static final String BOTH = "both";

  private final Console console;

  @Parameters(
      paramLabel = "ARCHITECTURE",
      description = "Family and dimensions, or a name that `retort spaces --models` lists.")
  private String architecture = "";

  @Option(
      names = "--accounting",
      paramLabel = "NAME",
      description = "exact, autodistil or both (default: both; with --json exact).")
  private @Nullable String accounting;

  @Option(
      names = "--by",
      paramLabel = "PART",
      description = "operation: what each operation does, layers alike in one line.")
  private @Nullable String by;

  @Mixin
  private CostOptions options = new CostOptions();

  @Mixin
  private JsonOption json = new JsonOption();

  CostCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Architecture counted =
        Arguments.read(architecture, () -> NamedModels.architecture(architecture));
    if (by != null) {
      String part = by;
      if (!part.equals("operation")) {
        Arguments.<String>read("--by", () -> {
          throw new IllegalArgumentException("allowed is operation, not (" + part + ")");
        });
      }
      new CostByOperation(counted, options.input()).print(console.out(), json.asked());
    } else if (json.asked()) {
      printJson(counted);
    } else {
      printTable(counted);
    }
    return ExitCode.DONE;
  }

  private static Accounting accounting(String name) {
    return Arguments.read("--accounting", () -> Accounting.named(name));
  }

  private void printJson(Architecture counted) {
    String name = accounting == null ? Accounting.EXACT.name() : accounting;
    if (!name.equals(BOTH)) {
      Accounting one = accounting(name);
      Json.print(console.out(), CostOptions.json(counted, one, options.cost(counted, one)));
      return;
    }
    ArrayNode all = Json.array();
    for (Accounting each : List.of(Accounting.EXACT, Accounting.AUTODISTIL)) {
      all.add(CostOptions.json(counted, each, options.cost(counted, each)));
    }
    Json.print(console.out(), all);
  }

  private void printTable(Architecture counted) {
    Table table =
        new Table("accounting", ">parameters", ">MACs", ">FLOPs", ">weights", ">peak activations");
    String name = accounting == null ? BOTH : accounting;
    String left = "";
    if (!name.equals(BOTH)) {
      row(table, counted, accounting(name));
    } else {
      row(table, counted, Accounting.EXACT);
      try {
        row(table, counted, Accounting.AUTODISTIL);
      } catch (dev.retort.space.UserException e) {
        if (accounting != null) {
          throw e;
        }
        left = String.valueOf(e.getCause() == null ? "" : e.getCause().getMessage());
      }
    }
    console
        .out()
        .println(counted + ": " + options.input().batch() + " x "
            + options.input().sequence() + " tokens, float32");
    console.out().println();
    table.print(console.out(), "");
    if (!left.isEmpty()) {
      console.out().println();
      console.out().println(left);
    }
  }

  private void row(Table table, Architecture counted, Accounting by) {
    Cost cost = options.cost(counted, by);
    table.row(
        by.name(),
        Quantity.text(cost.parameters()),
        Quantity.text(cost.macs()),
        Quantity.text(cost.flops()),
        Quantity.bytes(cost.weightBytes()),
        Quantity.bytes(cost.peakActivationBytes()));
  }
}
