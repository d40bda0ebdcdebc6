package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.NamedModels;
import dev.retort.space.Quantity;
import dev.retort.space.UserException;
import dev.retort.space.text.EncoderFamily;
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
      "Costs are those of one forward pass for inference. Of the accountings, exact counts what the"
          + " tensors hold and do; the others count as published tables do: autodistil is that"
          + " paper's formula for BERTs, which under-counts wide heads and takes a multiply-add for"
          + " one FLOP; fused-attention leaves out the attention products (some of timm's tables);"
          + " fvcore adds the work of normalisations (timm's other tables); no-norm leaves out"
          + " their parameters (slim's MobileNetV2); no-relative the products with tables of"
          + " relative positions (AutoFormer); electra is that paper's count of every operation"
          + " of encoders;"
          + " layers leaves out embeddings and heads (MiniLM); pre-training adds the heads of"
          + " BERT's pre-training (its miniatures); non-embedding leaves out the tables of words"
          + " and positions (Pythia's cards), no-offset rows of positions before the first"
          + " (tables of OPT). A model that was published with one of them has its row."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE},
    footerHeading = "%nExample:%n",
    footer = {
      "  retort cost bert:layers=7,hidden=160,heads=10,ratio=3.5 --sequence 128",
      "  retort cost resnet18:resolution=288 --by operation",
      "  retort cost gpt2 --sequence 1 --cached 512"
    })
final class CostCommand implements Callable<Integer> {
  private static final String BOTH = "both";
  private static final String ALL = "all";

  private final Console console;

  @Parameters(
      paramLabel = "ARCHITECTURE",
      description = "Family and dimensions, or a name that `retort spaces --models` lists, which"
          + " other values may follow: resnet18:resolution=288,classes=10.")
  private String architecture = "";

  @Option(
      names = "--accounting",
      paramLabel = "NAME",
      description =
          "exact, autodistil, fused-attention, fvcore, no-norm, no-relative, electra, layers,"
              + " pre-training, non-embedding, no-offset, both (the first two) or all (default:"
              + " both for a BERT, else exact and the one that a named"
              + " model was published with; with --json exact).")
  private @Nullable String accounting;

  @Option(
      names = "--by",
      paramLabel = "PART",
      description =
          "operation: what each operation does by exact accounting, layers alike in one" + " line.")
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
    Architecture counted = Arguments.read(architecture, () -> NamedModels.parse(architecture));
    if (by != null) {
      String part = by;
      if (!part.equals("operation")) {
        Arguments.<String>read("--by", () -> {
          throw new IllegalArgumentException("allowed is operation, not (" + part + ")");
        });
      }
      if (accounting != null && !accounting.equals(Accounting.EXACT.name())) {
        throw new UserException(
            UserException.Kind.USAGE,
            "--by operation counts exactly; --accounting (" + accounting
                + ") is given. Leave one of them out.");
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

  /** The accountings that were asked for, or those of a table where none was. */
  private ImmutableList<Accounting> accountings(String name) {
    return switch (name) {
      case BOTH -> ImmutableList.of(Accounting.EXACT, Accounting.AUTODISTIL);
      case ALL -> Accounting.all();
      default -> ImmutableList.of(accounting(name));
    };
  }

  private void printJson(Architecture counted) {
    String name = accounting == null ? Accounting.EXACT.name() : accounting;
    ArrayNode all = Json.array();
    for (Accounting each : accountings(name)) {
      if (!name.equals(ALL) || each.counts(counted)) {
        all.add(options.withCache(
            CostOptions.json(counted, each, options.cost(counted, each)), counted));
      }
    }
    Json.print(console.out(), name.equals(BOTH) || name.equals(ALL) ? all : all.get(0));
  }

  private static boolean isBert(Architecture architecture) {
    return architecture.family() == EncoderFamily.BERT;
  }

  private void printTable(Architecture counted) {
    Table table =
        new Table("accounting", ">parameters", ">MACs", ">FLOPs", ">weights", ">peak activations");
    String left = "";
    for (Accounting each : accounting == null ? unasked(counted) : accountings(accounting)) {
      try {
        row(table, counted, each);
      } catch (UserException e) {
        if (each.counts(counted) || (accounting != null && !accounting.equals(ALL))) {
          throw e;
        }
        left = String.valueOf(e.getCause() == null ? "" : e.getCause().getMessage());
      }
    }
    console.out().println(counted + ": " + options.described(counted) + ", float32");
    console.out().println();
    table.print(console.out(), "");
    if (!left.isEmpty()) {
      console.out().println();
      console.out().println(left);
    }
    options.explain(counted).ifPresent(console.out()::println);
  }

  /** What a table shows where no accounting was asked for. */
  private ImmutableList<Accounting> unasked(Architecture counted) {
    Accounting published = NamedModels.accounting(architecture);
    ImmutableSet.Builder<Accounting> shown = ImmutableSet.builder();
    shown.addAll(isBert(counted) ? accountings(BOTH) : ImmutableList.of(Accounting.EXACT));
    return shown.add(published).build().asList();
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
