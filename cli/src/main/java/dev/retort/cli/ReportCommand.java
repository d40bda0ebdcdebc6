package dev.retort.cli;

import dev.retort.pipeline.Retort;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the report of a finished run again. */
@Command(
    name = "report",
    header = "Writes the report of a finished run again and prints its table.",
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort report runs/2026-01-02-quickstart")
final class ReportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "The folder of a finished run.")
  private Path run = Path.of("");

  @Mixin
  private JsonOption json = new JsonOption();

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    new RunJob(console, run).print(Retort.report(run), json.asked());
    console.out().flush();
    return ExitCode.DONE;
  }
}
