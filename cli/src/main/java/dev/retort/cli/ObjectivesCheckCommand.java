package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import dev.retort.distill.golden.GoldenResult;
import dev.retort.distill.golden.GoldenVectors;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Computes golden-vector files with the objectives. */
@Command(
    name = "check",
    header = "Computes the cases of golden-vector files and compares what they expect.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "Each number may be off by 1e-5 + 1e-4 of the expected one. With --json nothing is judged:"
          + " the answer is an array with name, loss, grad and components of every case of all"
          + " files."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_LINE,
      ExitCode.USAGE_LINE,
      ExitCode.INPUT_LINE,
      ExitCode.DIFFERENT_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  retort objectives check nkd.json uskd.json")
final class ObjectivesCheckCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Golden-vector files, in JSON.")
  private List<Path> files = List.of();

  @Mixin
  private JsonOption json = new JsonOption();

  ObjectivesCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return json.asked() ? printJson(manager) : printTable(manager);
    }
  }

  private int printJson(NDManager manager) {
    List<GoldenResult> results = new ArrayList<>();
    for (Path file : files) {
      results.addAll(GoldenVectors.check(file, manager));
    }
    console.out().println(GoldenVectors.toJson(results));
    return ExitCode.DONE;
  }

  private int printTable(NDManager manager) {
    int refused = 0;
    int failed = 0;
    int cases = 0;
    for (Path file : files) {
      try {
        List<GoldenResult> results = GoldenVectors.check(file, manager);
        failed += print(file, results);
        cases += results.size();
      } catch (UserException e) {
        console.message(String.valueOf(e.getMessage()));
        refused++;
      }
    }
    console
        .out()
        .println(cases + " cases: " + (cases - failed) + " agree, " + failed + " differ"
            + (refused == 0 ? "" : "; files that could not be read: " + refused));
    if (refused > 0) {
      return UserException.Kind.INPUT.exitCode();
    }
    return failed > 0 ? ExitCode.DIFFERENT : ExitCode.DONE;
  }

  private int print(Path file, List<GoldenResult> results) {
    int failed = 0;
    Table table = new Table("case", ">loss", ">compared", "");
    for (GoldenResult each : results) {
      table.row(
          each.name(),
          each.loss() == null ? "-" : String.valueOf(each.loss()),
          Integer.toString(each.checked()),
          each.passed() ? "agrees" : "DIFFERS");
      failed += each.passed() ? 0 : 1;
    }
    console.out().println(file + ":");
    table.print(console.out(), "  ");
    for (GoldenResult each : results) {
      each.mismatches().forEach(line -> console.out().println("  " + each.name() + ": " + line));
    }
    console.out().println();
    return failed;
  }
}
