package dev.retort.cli;

import dev.retort.pipeline.Retort;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.RecipeReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does the whole job of a recipe. */
@Command(
    name = "run",
    header = "Does the whole job of a recipe: from the teacher to students and report.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "A job that was stopped or killed goes on when it is run again with the same recipe and"
          + " output; what is finished is not done twice. Ctrl-C saves and stops."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_LINE,
      ExitCode.BUG_LINE,
      ExitCode.USAGE_LINE,
      ExitCode.INPUT_LINE,
      ExitCode.NO_STUDENT_LINE,
      ExitCode.RESOURCE_LINE,
      ExitCode.INTERRUPTED_LINE,
      ExitCode.TERMINATED_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  retort run examples/quickstart.yaml --output runs/first --set seed=3")
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RECIPE", description = "A recipe, in YAML.")
  private Path recipe = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where everything is written (default: the recipe's, or runs/DATE-NAME).")
  private @Nullable Path output;

  @Mixin
  private SetOption set = new SetOption();

  @Mixin
  private JsonOption json = new JsonOption();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    RecipeFile read = RecipeReader.read(recipe, set.overrides());
    Path folder = output == null ? standard(read) : output;
    return new RunJob(console, folder).run(Retort.of(read), json.asked());
  }

  private Path standard(RecipeFile read) {
    Path asked = read.recipe().output();
    if (asked != null) {
      return asked;
    }
    String name = read.recipe().name();
    String file = String.valueOf(recipe.getFileName()).replaceFirst("\\.[a-z]+$", "");
    return Path.of("runs", LocalDate.now() + "-" + (name == null ? file : name));
  }
}
