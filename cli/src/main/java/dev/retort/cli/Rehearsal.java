package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.format.HuggingFaceFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What people do first, done once after a build: help, a cost, and a prediction of a model made up.
 * The launcher has the JVM write down which classes that takes, so that later starts map them from
 * a file.
 */
public final class Rehearsal {
  private static final Architecture MODEL = Architecture.parse(
      "bert:layers=1,hidden=8,heads=1,head-size=8,ratio=1,vocabulary=8,positions=8");

  private Rehearsal() {}

  /**
   * Does it, and ends the process.
   *
   * @param arguments an empty folder to work in
   */
  public static void main(String[] arguments) throws IOException {
    System.exit(run(Path.of(arguments[0])));
  }

  /** The first exit code that is not 0, else 0. */
  static int run(Path folder) throws IOException {
    Path model = folder.resolve("model");
    Path input = folder.resolve("input.json");
    try (NDManager manager = NDManager.newBaseManager()) {
      HuggingFaceFolder.write(
          model,
          InitialWeights.random(MODEL, new RandomStreams(1), manager),
          List.of(),
          contents -> {});
    }
    Files.writeString(
        input, "{\"input_ids\":[[1,2]],\"attention_mask\":[[1,1]],\"token_type_ids\":[[0,0]]}");
    PrintWriter silent = new PrintWriter(
        new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    Console console = new Console(silent, silent, false);
    for (List<String> words : List.of(
        List.of("--help"),
        List.of("cost", MODEL.toString()),
        List.of("forward", model.toString(), "--input", input.toString()))) {
      int code = Main.run(console, words.toArray(String[]::new));
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }
}
