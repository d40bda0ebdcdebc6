package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.data.GlueTask;
import dev.retort.data.Task;
import dev.retort.data.TextLines;
import dev.retort.data.TextTable;
import dev.retort.data.image.ImageTask;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.Evaluation;
import dev.retort.pipeline.TokenEvaluation;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model on a file of a task. */
@Command(
    name = "evaluate",
    header = "Measures a model, Retort's or Hugging Face's, on a file of its task.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "The file is that of a GLUE task (--task), or has lines of label, tab and text, with the"
          + " labels in the order of the model's outputs in a file of their own (--labels). For a"
          + " task of images (cifar-10, cifar-100, mnist, fashion-mnist, usps, image-folder,"
          + " image-list) --data is the folder that holds its files.",
      "",
      "Of models that answer single tokens --task is language-model (a decoder on a file or folder"
          + " of text: perplexity and accuracy of the next token), instructions (a decoder on JSON"
          + " lines with prompt and completion: those of the completions, and rouge-l of its"
          + " answers), masked-language-model (an encoder on text of which words are masked) or"
          + " token-classification (an encoder on tagged words: F1 of entities). Left out, it is"
          + " what the model answers."
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
      "  retort evaluate models/stories --task language-model --data stories.txt",
      "  retort evaluate resnet56.safetensors --task cifar-10 --data cifar10"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int BATCH = 64;

  private final Console console;

  @Parameters(
      paramLabel = "FOLDER",
      description = "A model's folder, or a .safetensors file of weights of a known layout.")
  private Path folder = Path.of("");

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "A GLUE task, such as sst-2, one of single tokens, such as language-model, or one"
              + " of images, such as cifar-10.")
  private @Nullable String task;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "The examples with their labels, or the text; may be compressed (.gz). Of images"
              + " a folder, of documents also one.")
  private Path data = Path.of("");

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels, one a line, where the examples are label, tab, text; of"
          + " token-classification the tags, where the model does not name them.")
  private @Nullable Path labels;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Texts or images at a time (default: 64; of single tokens as many as have 2048"
          + " tokens).")
  private @Nullable Integer batch;

  @Mixin
  private ImageOptions images = new ImageOptions();

  @Mixin
  private TokenOptions tokens = new TokenOptions();

  @Mixin
  private JsonOption json = new JsonOption();

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    int many = Arguments.positive("--batch", Objects.requireNonNullElse(batch, BATCH));
    try (NDManager manager = NDManager.newBaseManager()) {
      if (labels == null && task != null && ImageTask.isName(task)) {
        ImageTask measured = ImageTask.open(task, data);
        Evaluation evaluation = images.evaluation(many).of(folder, measured, data, manager);
        print(evaluation, measured.name(), "resolution", "pixels a side");
      } else if (ofTokens()) {
        Evaluation evaluation = tokens.evaluation(batch).of(folder, task, data, tags(), manager);
        print(
            evaluation,
            Objects.requireNonNull(evaluation.tokens()).task(),
            "sequence",
            "tokens each");
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

  /** Whether single tokens are asked for; without a word the model says it. */
  private boolean ofTokens() {
    if (task != null) {
      return TokenEvaluation.TASKS.contains(task);
    }
    return labels == null && Files.isDirectory(folder) && TokenEvaluation.task(folder) != null;
  }

  private @Nullable ImmutableList<String> tags() {
    if (labels == null) {
      return null;
    }
    ImmutableList.Builder<String> tags = ImmutableList.builder();
    TextLines.read(labels, (number, line) -> tags.add(line.strip()));
    return tags.build();
  }

  private Task task() {
    if (tokens.given()) {
      throw new UserException(
          UserException.Kind.USAGE,
          "--sequence, --documents, --masked, --seed, --answers and --answer-tokens are of single"
              + " tokens. Give --task with one of " + String.join(", ", TokenEvaluation.TASKS)
              + ", or leave them out.");
    }
    if (labels != null) {
      return TextTable.withLabels(task == null ? "texts" : task, labels);
    }
    if (task == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "neither --task nor --labels is given. Give --task NAME for a file of a GLUE task or of"
              + " single tokens, or --labels FILE for lines of label, tab and text.");
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
    if (evaluation.tokens() != null) {
      console.out().println(evaluation.tokens().words());
    }
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
    if (evaluation.tokens() != null) {
      node.put("tokens", evaluation.tokens().count())
          .put("measured", evaluation.tokens().words());
    }
    ObjectNode metrics = node.putObject("metrics");
    for (Score each : evaluation.scores()) {
      ObjectNode metric = metrics.putObject(each.metric().key()).put("value", each.value());
      each.standardError().ifPresent(error -> metric.put("standardError", error));
    }
    Json.print(console.out(), node);
  }
}
