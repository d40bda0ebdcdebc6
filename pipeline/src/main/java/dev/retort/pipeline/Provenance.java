package dev.retort.pipeline;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import dev.retort.data.TextCorpus;
import dev.retort.pipeline.recipe.ModelSource;
import dev.retort.pipeline.recipe.NetworkRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.Students;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TokenizerRecipe;
import dev.retort.space.UserException;
import dev.retort.supernet.kernel.NativeThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a run can be traced back to, in {@code provenance.json}: when it began, versions, machine,
 * threads, seed, and the SHA-256 of every file that it read.
 */
final class Provenance {
  static final String FILE = "provenance.json";

  private static final ImmutableList<String> MODEL =
      ImmutableList.of("config.json", "model.safetensors");

  private static final ImmutableList<String> TOKENIZER =
      ImmutableList.of("vocab.txt", "tokenizer.json", "vocab.json", "merges.txt", "tokens.jsonl");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Provenance() {}

  /** Writes it when the run begins; a resumed run keeps the first. */
  static void write(RunFolder run, RecipeFile file) {
    Path target = run.root().resolve(FILE);
    if (Files.exists(target)) {
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    ObjectNode facts = json.putObject("facts");
    facts.put("Retort", version());
    facts.put("JDK", Runtime.version().toString());
    facts.put("DJL", Engine.getDjlVersion());
    facts.put("PyTorch", Engine.getEngine("PyTorch").getVersion());
    facts.put(
        "system",
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("threads of the engine", Integer.toString(NativeThreads.get()));
    facts.put("workers", Integer.toString(file.recipe().workers()));
    facts.put("precision", file.recipe().precision().name());
    ArrayNode inputs = json.putArray("inputs");
    for (Path input : inputs(file.recipe())) {
      ObjectNode node = inputs.addObject();
      try {
        node.put("path", input.toString());
        node.put("bytes", Files.size(input));
        node.put(
            "sha256",
            com.google.common.io.Files.asByteSource(input.toFile())
                .hash(Hashing.sha256())
                .toString());
      } catch (IOException e) {
        throw new UserException(
            UserException.Kind.INPUT,
            input + ": cannot be read (" + e.getMessage() + "). Check the path in the recipe.",
            e);
      }
    }
    try {
      RunFolder.write(
          target, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was written. */
  static JsonNode read(RunFolder run) {
    Path file = run.root().resolve(FILE);
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** The version of Retort, as its jar says. */
  static String version() {
    return Objects.requireNonNullElse(
        Provenance.class.getPackage().getImplementationVersion(), "development");
  }

  private static List<Path> those(Path folder, ImmutableList<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
  }

  private static List<Path> inputs(Recipe recipe) {
    List<Path> inputs = new ArrayList<>();
    if (recipe.task() instanceof TaskRecipe.Files files) {
      inputs.add(files.labels());
      inputs.add(files.train());
      inputs.add(files.dev());
      if (files.test() != null) {
        inputs.add(files.test());
      }
    } else if (recipe.task() != null) {
      inputs.addAll(
          switch (recipe.subject()) {
            case TEXT -> TextMaterial.inputs(recipe);
            case LANGUAGE, WORDS, TAGS -> LanguageMaterial.inputs(recipe);
            case IMAGES -> ImageMaterial.inputs(recipe);
          });
    }
    TextCorpus corpus = recipe.corpus().corpus();
    if (corpus != null) {
      inputs.addAll(corpus.files());
    }
    TokenizerRecipe tokenizer = recipe.tokenizer();
    if (tokenizer != null && tokenizer.vocabulary() != null) {
      inputs.add(tokenizer.vocabulary());
    }
    if (tokenizer != null && tokenizer.folder() != null) {
      inputs.addAll(those(tokenizer.folder(), TOKENIZER));
    }
    if (recipe.teacher() != null) {
      inputs.addAll(model(recipe.teacher()));
    }
    if (recipe.students() instanceof Students.Given given) {
      inputs.addAll(model(given.student()));
    }
    return inputs;
  }

  /** The files of a network that is read from a folder. */
  private static List<Path> model(NetworkRecipe network) {
    List<Path> files = new ArrayList<>();
    if (network.model() instanceof ModelSource.Folder folder) {
      files.addAll(those(folder.path(), MODEL));
      files.addAll(those(folder.path(), TOKENIZER));
    }
    return files;
  }
}
