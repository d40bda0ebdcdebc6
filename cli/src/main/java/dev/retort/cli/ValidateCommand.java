package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.pipeline.Retort;
import dev.retort.pipeline.recipe.EffectiveRecipe;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.Mistake;
import dev.retort.pipeline.recipe.RecipeErrors;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.RecipeReader;
import dev.retort.pipeline.recipe.Validation;
import dev.retort.space.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a recipe before anything is trained. */
@Command(
    name = "validate",
    header = "Finds every mistake of a recipe, and estimates what it will take.",
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort validate examples/quickstart.yaml --set train.steps=10")
final class ValidateCommand implements Callable<Integer> {
  /** Training reaches about this share of the speed of one large matrix product. */
  private static final double SHARE = 0.5;

  private final Console console;

  @Parameters(paramLabel = "RECIPE", description = "A recipe, in YAML.")
  private Path recipe = Path.of("");

  @Option(names = "--effective", description = "Prints the recipe with every default filled in.")
  private boolean effective;

  @Mixin
  private SetOption set = new SetOption();

  @Mixin
  private JsonOption json = new JsonOption();

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      RecipeFile read = RecipeReader.read(recipe, set.overrides());
      Validation validation = Retort.of(read).validate();
      if (effective) {
        console.out().print(EffectiveRecipe.write(read.recipe()));
        console.out().flush();
      } else if (json.asked()) {
        printJson(List.of(), estimate(read, validation));
      } else {
        console.out().println(recipe + ": no mistake found");
        print(estimate(read, validation));
      }
      return ExitCode.DONE;
    } catch (RecipeErrors e) {
      if (!json.asked()) {
        throw e;
      }
      printJson(e.mistakes(), null);
      return e.kind().exitCode();
    }
  }

  private static @Nullable Estimate estimate(RecipeFile read, Validation checked) {
    return Retort.of(read).estimate(checked, SHARE * Machine.macsPerSecond());
  }

  private void print(@Nullable Estimate estimate) {
    console.out().println();
    if (estimate == null) {
      console
          .out()
          .println("The teacher, or the student, has not been fetched from the hub yet, so what"
              + " depends on it is unchecked and nothing is estimated.");
      return;
    }
    Table table = new Table("stage", ">time", ">memory");
    for (Estimate.Stage each : estimate.stages()) {
      table.row(each.name(), Durations.text(each.seconds()), Quantity.bytes(each.bytes()));
    }
    table.row("in all", Durations.text(estimate.seconds()), Quantity.bytes(estimate.bytes()));
    table.print(console.out(), "");
    console.out().println();
    console
        .out()
        .println("Estimated from the work to be done and the speed of this machine, one"
            + " stage after another.");
    console.out().println("Networks under a million multiply-accumulates a text take longer.");
  }

  private void printJson(List<Mistake> mistakes, @Nullable Estimate estimate) {
    ObjectNode answer = Json.object();
    answer.put("recipe", recipe.toString()).put("valid", mistakes.isEmpty());
    ArrayNode array = answer.putArray("mistakes");
    for (Mistake each : mistakes) {
      array
          .addObject()
          .put("file", each.file())
          .put("line", each.line())
          .put("column", each.column())
          .put("key", each.key())
          .put("message", each.message());
    }
    if (estimate != null) {
      ArrayNode stages = answer.putArray("estimate");
      for (Estimate.Stage each : estimate.stages()) {
        stages
            .addObject()
            .put("stage", each.name())
            .put("macs", each.macs())
            .put("seconds", each.seconds())
            .put("bytes", each.bytes());
      }
    }
    Json.print(console.out(), answer);
  }
}
