package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.pipeline.Retort;
import dev.retort.pipeline.recipe.RecipeReader;
import dev.retort.pipeline.recipe.Students;
import dev.retort.pipeline.recipe.Validation;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Constraint;
import dev.retort.space.Cost;
import dev.retort.space.NamedModels;
import dev.retort.space.Partition;
import dev.retort.space.Presets;
import dev.retort.space.Quantity;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints search spaces: how many architectures they hold and what those cost. */
@Command(
    name = "spaces",
    header = "Prints search spaces: their architectures, how many, and what they cost.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = "Without a recipe or a preset: every preset.",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort spaces --preset autodistil --sequence 128")
final class SpacesCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      description = "A recipe, whose sub-spaces are printed.")
  private @Nullable Path recipe;

  @Option(names = "--preset", paramLabel = "NAME", description = "A published space.")
  private @Nullable String preset;

  @Option(
      names = "--list",
      paramLabel = "N",
      description = "Prints also the first N architectures of each sub-space, with their costs.")
  private int list;

  @Option(
      names = "--models",
      description = "Prints the models that `retort cost` knows by name instead, and the"
          + " accounting that their figures were published with.")
  private boolean models;

  @Option(
      names = "--accounting",
      paramLabel = "NAME",
      defaultValue = "exact",
      description = "exact, autodistil, fused-attention, fvcore, no-norm, no-relative, electra,"
          + " layers or pre-training (default: exact).")
  private String accounting = "exact";

  @Mixin
  private CostOptions options = new CostOptions();

  @Mixin
  private SetOption set = new SetOption();

  @Mixin
  private JsonOption json = new JsonOption();

  SpacesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (list != 0) {
      Arguments.positive("--list", list);
    }
    if (models) {
      printModels();
      return ExitCode.DONE;
    }
    Partition partition = partition();
    if (json.asked()) {
      printJson(partition);
    } else {
      printTable(partition);
    }
    return ExitCode.DONE;
  }

  private Partition partition() {
    if (recipe != null) {
      if (preset != null) {
        throw new UserException(
            UserException.Kind.USAGE, "a recipe and --preset are given. Give one of them.");
      }
      Validation checked = Retort.of(RecipeReader.read(recipe, set.overrides())).validate();
      options.standardInput(checked.recipe().counted());
      Partition read = checked.partition();
      if (checked.recipe().students() instanceof Students.Given) {
        throw new UserException(
            UserException.Kind.USAGE,
            recipe
                + ": has no space, it gives its student. Give a recipe with space, or a preset.");
      }
      if (read == null) {
        throw new UserException(
            UserException.Kind.INPUT,
            recipe + ": its teacher has not been fetched from the hub yet, and the space depends on"
                + " it. Set teacher.model to a folder.");
      }
      return read;
    }
    String name = preset == null ? "autodistil" : preset;
    return Arguments.read("--preset", () -> Presets.named(name));
  }

  private Accounting accounting() {
    return Arguments.read("--accounting", () -> Accounting.named(accounting));
  }

  private Cost cost(Architecture architecture) {
    return options.cost(architecture, accounting());
  }

  private void printModels() {
    ArrayNode array = Json.array();
    Table table = new Table(
        "name", "family", ">parameters", ">MACs", "input", "published as", "architecture");
    NamedModels.all().forEach((name, text) -> {
      Architecture architecture = Architecture.parse(text);
      if (accounting().counts(architecture)) {
        Cost cost = cost(architecture);
        table.row(
            name,
            architecture.family().name(),
            Quantity.text(cost.parameters()),
            Quantity.text(cost.macs()),
            options.described(architecture),
            NamedModels.accounting(name).name(),
            architecture.toString());
        array
            .addObject()
            .put("name", name)
            .put("family", architecture.family().name())
            .put("published", NamedModels.accounting(name).name())
            .setAll(CostOptions.json(architecture, accounting(), cost));
      }
    });
    if (json.asked()) {
      Json.print(console.out(), array);
    } else {
      table.print(console.out(), "");
    }
  }

  private void printTable(Partition partition) {
    Table table = new Table("sub-space", ">architectures", ">parameters", ">MACs", "dimensions");
    for (SubSpace each : partition.subSpaces()) {
      SearchSpace space = each.space();
      Cost smallest = cost(space.smallest());
      Cost largest = cost(space.largest());
      table.row(
          each.name(),
          space.count().toString(),
          Quantity.text(smallest.parameters()) + " .. " + Quantity.text(largest.parameters()),
          Quantity.text(smallest.macs()) + " .. " + Quantity.text(largest.macs()),
          varying(space));
    }
    table.print(console.out(), "");
    console.out().println();
    console
        .out()
        .println("Costs of the members with the fewest and the most parameters, "
            + accounting().name() + " accounting, "
            + options.described(partition.subSpaces().get(0).space().smallest()) + ".");
    if (list > 0) {
      partition.subSpaces().forEach(this::printMembers);
    }
  }

  private static String varying(SearchSpace space) {
    return Stream.concat(
            space.dimensions().stream().map(Object::toString),
            space.constraints().stream().map(Constraint::name))
        .collect(Collectors.joining(" "));
  }

  private void printMembers(SubSpace subSpace) {
    console.out().println();
    console.out().println(subSpace.name() + ":");
    Table table = new Table("architecture", ">parameters", ">MACs");
    subSpace.space().all().limit(list).forEach(each -> {
      Cost cost = cost(each);
      table.row(each.toString(), Quantity.text(cost.parameters()), Quantity.text(cost.macs()));
    });
    table.print(console.out(), "  ");
  }

  private void printJson(Partition partition) {
    ArrayNode array = Json.array();
    for (SubSpace each : partition.subSpaces()) {
      SearchSpace space = each.space();
      ObjectNode node = array.addObject();
      node.put("name", each.name()).put("space", space.toString()).put("count", space.count());
      node.set("smallest", json(space.smallest()));
      node.set("largest", json(space.largest()));
      if (list > 0) {
        ArrayNode members = node.putArray("architectures");
        space.all().limit(list).forEach(member -> members.add(json(member)));
      }
    }
    Json.print(console.out(), array);
  }

  private ObjectNode json(Architecture architecture) {
    return CostOptions.json(architecture, accounting(), cost(architecture));
  }
}
