package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.pipeline.recipe.EffectiveRecipe;
import dev.retort.pipeline.recipe.Mistake;
import dev.retort.pipeline.recipe.RecipeErrors;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a recipe before anything is trained. */
@Command(
    name = "validate",
    header = "Finds every mistake of a recipe, and where it stands.",
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort validate examples/quickstart.yaml --set train.steps=10")
final class ValidateCommand implements Callable<Integer> {
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
      if (json.asked()) {
        printJson(List.of());
      } else if (effective) {
        console.out().print(EffectiveRecipe.write(read.recipe()));
        console.out().flush();
      } else {
        console.out().println(recipe + ": no mistake found");
      }
      return ExitCode.DONE;
    } catch (RecipeErrors e) {
      if (!json.asked()) {
        throw e;
      }
      printJson(e.mistakes());
      return ExitCode.USAGE;
    }
  }

  private void printJson(List<Mistake> mistakes) {
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
    Json.print(console.out(), answer);
  }
}
