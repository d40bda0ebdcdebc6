package dev.retort.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete verbs and options. */
@Command(
    name = "completion",
    header = "Prints the completion script of a shell.",
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE},
    footerHeading = "%nExample:%n",
    footer = "  source <(retort completion bash)")
final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String shell = "";

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Arguments.read("SHELL", () -> {
      if (!List.of("bash", "zsh").contains(shell)) {
        throw new IllegalArgumentException("allowed are bash and zsh, not (" + shell + ")");
      }
      return shell;
    });
    // One script for both: under zsh it loads bashcompinit itself.
    console.out().print(AutoComplete.bash("retort", spec.root().commandLine()));
    console.out().flush();
    return ExitCode.DONE;
  }
}
