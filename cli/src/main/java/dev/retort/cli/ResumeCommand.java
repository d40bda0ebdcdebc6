package dev.retort.cli;

import dev.retort.pipeline.Retort;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on with a run. */
@Command(
    name = "resume",
    header = "Goes on with a run that was stopped or killed.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = "It ends with the same files as a run that was never stopped.",
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
    footer = "  retort resume runs/2026-01-02-quickstart")
final class ResumeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run = Path.of("");

  @Mixin
  private JsonOption json = new JsonOption();

  ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return new RunJob(console, run).run(Retort.resume(run), json.asked());
  }
}
