package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Tokenizer;
import dev.retort.pipeline.ModelTexts;
import dev.retort.pipeline.Retort;
import dev.retort.pipeline.RunResult;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.space.UserException;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.format.EndTokens;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes models in the form of other tools. */
@Command(
    name = "export",
    header = "Writes a model, or every student of a run, in the form of another tool.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "hugging-face: config.json, model.safetensors and the tokenizer's files, as"
          + " AutoModelForSequenceClassification loads them, a decoder's as AutoModelForCausalLM;"
          + " of a model that looks at images"
          + " preprocessor_config.json, for AutoModelForImageClassification. Students of a run are"
          + " written below DIR, each in a folder of its name."
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
    footer = "  retort export runs/2026-01-02-quickstart --to hugging-face exported")
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "RUN|FOLDER",
      description = "A finished run, or a model: a folder or a file.")
  private Path source = Path.of("");

  @Option(names = "--to", required = true, paramLabel = "FORM", description = "hugging-face.")
  private String form = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "A folder that does not exist yet.")
  private Path target = Path.of("");

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Arguments.read("--to", () -> {
      if (!Recipe.EXPORTS.contains(form)) {
        throw new IllegalArgumentException(
            "no form (" + form + "); there are " + String.join(", ", Recipe.EXPORTS));
      }
      return form;
    });
    if (!FinishedRun.isRun(source)) {
      export(source, target);
      return ExitCode.DONE;
    }
    for (RunResult.Student each : Retort.report(source).students()) {
      Path below = source.resolve("students").toAbsolutePath().normalize();
      Path student = below.relativize(each.folder().toAbsolutePath().normalize());
      export(each.folder(), target.resolve(student.getName(0)));
    }
    return ExitCode.DONE;
  }

  private void export(Path model, Path to) {
    if (Files.exists(to)) {
      throw new UserException(
          UserException.Kind.USAGE, to + ": exists already. Give a folder that does not exist.");
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      ModelFolder read = ModelFolder.read(model, manager);
      Map<String, String> files = new TreeMap<>();
      if (read.vocabulary() != null || Tokenizer.standsIn(model)) {
        ModelTexts texts = ModelTexts.of(read);
        files.putAll(texts.tokenizer().files(texts.sequence()));
        if (read.weights().architecture().family() instanceof DecoderFamily) {
          files.put(
              EndTokens.GENERATION_CONFIG,
              EndTokens.config(model, texts.tokenizer().specials()));
        }
      }
      HuggingFaceFolder.write(to, read.weights(), read.labels(), read.images(), writer -> {
        for (Map.Entry<String, String> file : files.entrySet()) {
          writer.text(file.getKey(), file.getValue());
        }
      });
    }
    console.out().println(to);
  }
}
