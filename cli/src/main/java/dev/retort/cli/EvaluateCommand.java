package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.GlueTask;
import dev.retort.data.Task;
import dev.retort.data.TextTable;
import dev.retort.data.image.ImageTask;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.Evaluation;
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
          + " labels in the order of the model's outputs in a file of their own (--labels). For a"
          + " task of images (cifar-10, cifar-100, mnist, fashion-mnist, usps, image-folder,"
          + " image-list) --data is the folder that holds its files."
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
    footer = {
      "  retort evaluate models/bert-sst2 --task sst-2 --data glue/SST-2/dev.tsv",
      "  retort evaluate resnet56.safetensors --task cifar-10 --data cifar10"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FOLDER",
      description = "A model's folder, or a .safetensors file of weights of a known layout.")
  private Path folder = Path.of("");

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "A GLUE task, such as sst-2, or a task of images, such as cifar-10.")
  private @Nullable String task;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The examples with their labels; may be compressed (.gz). Of images a folder.")
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
      description = "Texts or images at a time (default: 64).")
  private int batch;

  @Mixin
  private ImageOptions images = new ImageOptions();

  @Mixin
  private JsonOption json = new JsonOption();

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    int many = Arguments.positive("--batch", batch);
    try (NDManager manager = NDManager.newBaseManager()) {
      if (labels == null && task != null && ImageTask.isName(task)) {
        ImageTask measured = ImageTask.open(task, data);
        Evaluation evaluation = images.evaluation(many).of(folder, measured, data, manager);
        print(evaluation, measured.name(), "resolution", "pixels a side");
      } else {
        Task measured = task();
        Evaluation evaluation = Evaluation.of(folder, measured, data, many, manager);
        print(evaluation, measured.name(), "sequence", "tokens each");
      }
    }
    return ExitCode.DONE;
  }

  private void print(Evaluation evaluation, String measured, String size, String unit) {
    if (json.asked()) {
      printJson(evaluation, measured, size);
    } else {
      printTable(evaluation, measured, (size.equals("sequence") ? "at most " : ""), unit);
    }
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
    if (images.given()) {
      throw new UserException(
          UserException.Kind.USAGE,
          "--preparation, --mean, --std, --resolution and --label-offset are of images, " + task
              + " is of texts. Leave them out.");
    }
    return GlueTask.parse(task);
  }

  private void printTable(Evaluation evaluation, String measured, String before, String unit) {
    console
        .out()
        .println(evaluation.architecture() + " on " + measured + ", "
            + evaluation.scores().get(0).examples() + " examples, " + before + evaluation.size()
            + " " + unit);
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

  private void printJson(Evaluation evaluation, String measured, String size) {
    ObjectNode node = Json.object();
    node.put("model", folder.toString())
        .put("architecture", evaluation.architecture().toString())
        .put("task", measured)
        .put("data", data.toString())
        .put("examples", evaluation.scores().get(0).examples())
        .put(size, evaluation.size());
    ObjectNode metrics = node.putObject("metrics");
    for (Score each : evaluation.scores()) {
      ObjectNode metric = metrics.putObject(each.metric().key()).put("value", each.value());
      each.standardError().ifPresent(error -> metric.put("standardError", error));
    }
    Json.print(console.out(), node);
  }
}
