package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.GlueTask;
import dev.retort.data.Task;
import dev.retort.data.TextTable;
import dev.retort.distill.evaluate.Score;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model on a file of a task. */
@Command(
    name = "evaluate",
    header = "Measures a model, Retort's or Hugging Face's, on a file with labels.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "The file is that of a GLUE task (--task), or has lines of label, tab and text, with the"
          + " labels in the order of the model's outputs in a file of their own (--labels)."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_LINE,
      ExitCode.USAGE_LINE,
      ExitCode.INPUT_LINE,
      ExitCode.RESOURCE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  retort evaluate models/bert-sst2 --task sst-2 --data glue/SST-2/dev.tsv")
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "A model's folder.")
  private Path folder = Path.of("");

  @Option(names = "--task", paramLabel = "NAME", description = "A GLUE task, such as sst-2.")
  private @Nullable String task;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The examples with their labels; may be compressed (.gz).")
  private Path data = Path.of("");

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels, one a line, where the examples are label, tab, text.")
  private @Nullable Path labels;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Texts at a time (default: 64).")
  private int batch;

  @Mixin
  private JsonOption json = new JsonOption();

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Task measured = task();
    int texts = Arguments.positive("--batch", batch);
    try (NDManager manager = NDManager.newBaseManager()) {
      Evaluation evaluation = Evaluation.of(folder, measured, data, texts, manager);
      if (json.asked()) {
        printJson(evaluation, measured);
      } else {
        printTable(evaluation, measured);
      }
    }
    return ExitCode.DONE;
  }

  private Task task() {
    if (labels != null) {
      return TextTable.withLabels(task == null ? "texts" : task, labels);
    }
    if (task == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "neither --task nor --labels is given. Give --task NAME for a file of a GLUE task, or"
              + " --labels FILE for lines of label, tab and text.");
    }
    return GlueTask.parse(task);
  }

  private void printTable(Evaluation evaluation, Task measured) {
    console
        .out()
        .println(evaluation.architecture() + " on " + measured.name() + ", "
            + evaluation.scores().get(0).examples() + " examples, at most " + evaluation.sequence()
            + " tokens each");
    Table table = new Table("metric", ">value", ">standard error");
    for (Score each : evaluation.scores()) {
      table.row(
          each.metric().key(),
          String.format(Locale.ROOT, "%.4f", each.value()),
          each.standardError().isPresent()
              ? String.format(Locale.ROOT, "%.4f", each.standardError().getAsDouble())
              : "");
    }
    console.out().println();
    table.print(console.out(), "");
  }

  private void printJson(Evaluation evaluation, Task measured) {
    ObjectNode node = Json.object();
    node.put("model", folder.toString())
        .put("architecture", evaluation.architecture().toString())
        .put("task", measured.name())
        .put("data", data.toString())
        .put("examples", evaluation.scores().get(0).examples())
        .put("sequence", evaluation.sequence());
    ObjectNode metrics = node.putObject("metrics");
    for (Score each : evaluation.scores()) {
      ObjectNode metric = metrics.putObject(each.metric().key()).put("value", each.value());
      each.standardError().ifPresent(error -> metric.put("standardError", error));
    }
    Json.print(console.out(), node);
  }
}
