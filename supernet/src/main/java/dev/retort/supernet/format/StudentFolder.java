package dev.retort.supernet.format;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as Retort keeps it, whatever its architecture: weights.safetensors, architecture.json and
 * the tokenizer's files, in a {@link WholeFolder}.
 *
 * @param folder where it was read
 * @param weights float32
 * @param description what architecture.json says beside the architecture
 */
public record StudentFolder(Path folder, Weights weights, Description description)
    implements ModelFolder {
  static final String ARCHITECTURE = "architecture.json";
  static final String WEIGHTS = "weights.safetensors";

  private static final String FORMAT = "retort-model";
  private static final int VERSION = 1;

  /**
   * What belongs to a model beside its weights.
   *
   * @param labels a name for each class in the order of the logits; empty without classifier
   * @param lowerCase whether texts are lower-cased
   * @param tokenizer names of the tokenizer's files in the folder; may be empty
   * @param provenance free text by key: where the model comes from
   * @param images how images are prepared; null for text
   */
  public record Description(
      ImmutableList<String> labels,
      boolean lowerCase,
      ImmutableList<String> tokenizer,
      ImmutableMap<String, String> provenance,
      @Nullable Preprocessing images) {
    /** Checks that the names are plain. */
    public Description {
      for (String each : tokenizer) {
        if (!FolderManifest.isPlainName(each)) {
          throw new IllegalArgumentException("tokenizer needs plain file names (" + each + ")");
        }
      }
    }

    /** What belongs to a model that looks at text. */
    public Description(
        ImmutableList<String> labels,
        boolean lowerCase,
        ImmutableList<String> tokenizer,
        ImmutableMap<String, String> provenance) {
      this(labels, lowerCase, tokenizer, provenance, null);
    }

    /** What belongs to a model that looks at images. */
    public static Description ofImages(
        ImmutableList<String> labels,
        @Nullable Preprocessing images,
        ImmutableMap<String, String> provenance) {
      return new Description(labels, false, ImmutableList.of(), provenance, images);
    }
  }

  @Override
  public ImmutableList<String> labels() {
    return description.labels();
  }

  @Override
  public boolean lowerCase() {
    return description.lowerCase();
  }

  @Override
  public @Nullable Path vocabulary() {
    return description.tokenizer().contains(HuggingFaceFolder.VOCABULARY)
        ? folder.resolve(HuggingFaceFolder.VOCABULARY)
        : null;
  }

  @Override
  public @Nullable Preprocessing images() {
    return description.images();
  }

  /**
   * Writes a model.
   *
   * @param target where
   * @param existing what to do when something is there
   * @param weights float32
   * @param description what belongs to it; one label for each class or none
   * @param tokenizer writes the files that the description names
   * @throws UserException when the folder cannot be written
   */
  public static void write(
      Path target,
      WholeFolder.Existing existing,
      Weights weights,
      Description description,
      WholeFolder.Contents tokenizer) {
    int classes = classes(weights.architecture());
    if (!description.labels().isEmpty() && description.labels().size() != classes) {
      throw new IllegalArgumentException(description.labels().size() + " labels for " + classes
          + " classes (" + weights.architecture() + ")");
    }
    WholeFolder.write(target, existing, folder -> {
      folder.tensors(WEIGHTS, weights.tensors(), ImmutableMap.of("format", "pt"));
      folder.text(ARCHITECTURE, json(weights.architecture(), description));
      tokenizer.write(folder);
      for (String each : description.tokenizer()) {
        if (!Files.isRegularFile(folder.path(each))) {
          throw new IllegalStateException("The tokenizer's file was not written (" + each + ")");
        }
      }
    });
  }

  private static String json(Architecture architecture, Description description) {
    ObjectNode json = StrictJson.object();
    json.put("format", FORMAT);
    json.put("version", VERSION);
    json.put("architecture", architecture.toString());
    ArrayNode labels = json.putArray("labels");
    description.labels().forEach(labels::add);
    json.put("lower-case", description.lowerCase());
    ArrayNode tokenizer = json.putArray("tokenizer");
    description.tokenizer().forEach(tokenizer::add);
    ObjectNode provenance = json.putObject("provenance");
    description.provenance().forEach(provenance::put);
    if (description.images() != null) {
      json.set("images", PreprocessorConfig.json(description.images()));
    }
    return StrictJson.text(json);
  }

  /**
   * Reads a model and checks every byte of it.
   *
   * @param manager what the weights are attached to
   * @throws UserException when the folder is not whole, of another version, or does not fit
   */
  public static StudentFolder read(Path folder, NDManager manager) {
    WholeFolder.verify(folder);
    StudentJson json = new StudentJson(folder.resolve(ARCHITECTURE));
    json.checkVersion(FORMAT, VERSION);
    Architecture architecture = json.architecture();
    Description description = json.description();
    int classes = classes(architecture);
    if (!description.labels().isEmpty() && description.labels().size() != classes) {
      throw json.refuse(
          "labels",
          description.labels().size() + " names for " + classes + " classes of " + architecture);
    }
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    file.entries().forEach(each -> found.put(each.name(), StoredTensor.whole(each.name(), each)));
    Weights weights = StoredWeights.load(architecture, file, found, manager);
    return new StudentFolder(folder, weights, description);
  }

  private static int classes(Architecture architecture) {
    return architecture.has("classes") ? architecture.integer("classes") : 0;
  }

  /** The file architecture.json, read strictly. */
  private record StudentJson(Path file, ObjectNode json) {
    StudentJson(Path file) {
      this(file, StrictJson.readObject(file));
    }

    void checkVersion(String format, int version) {
      if (!json.path("format").asText().equals(format)) {
        throw refuse("format", json.path("format") + "; \"" + format + "\" is needed");
      }
      JsonNode found = json.path("version");
      if (!found.isInt() || found.intValue() < 1) {
        throw refuse("version", found + "; a whole number is needed");
      }
      if (found.intValue() > version) {
        throw refuse(
            "version",
            found + ", newer than this Retort, which reads up to " + version
                + "; use a newer Retort");
      }
    }

    Architecture architecture() {
      JsonNode text = json.path("architecture");
      if (!text.isTextual()) {
        throw refuse("architecture", text + "; a text is needed");
      }
      try {
        return Architecture.parse(text.textValue());
      } catch (IllegalArgumentException e) {
        throw refuse("architecture", "impossible: " + e.getMessage());
      }
    }

    Description description() {
      JsonNode lower = json.path("lower-case");
      if (!lower.isBoolean()) {
        throw refuse("lower-case", lower + "; true or false is needed");
      }
      List<String> tokenizer = texts("tokenizer");
      for (String each : tokenizer) {
        if (!FolderManifest.isPlainName(each)) {
          throw refuse("tokenizer", Quoted.of(each) + "; a file of the folder is needed");
        }
      }
      JsonNode map = json.path("provenance");
      ImmutableMap.Builder<String, String> provenance = ImmutableMap.builder();
      for (Map.Entry<String, JsonNode> each : map.properties()) {
        if (!each.getValue().isTextual()) {
          throw refuse("provenance", "not a map of texts at " + Quoted.of(each.getKey()));
        }
        provenance.put(each.getKey(), each.getValue().textValue());
      }
      return new Description(
          ImmutableList.copyOf(texts("labels")),
          lower.booleanValue(),
          ImmutableList.copyOf(tokenizer),
          provenance.buildOrThrow(),
          images());
    }

    private @Nullable Preprocessing images() {
      JsonNode found = json.path("images");
      if (found.isMissingNode()) {
        return null;
      }
      if (found instanceof ObjectNode object) {
        return PreprocessorConfig.read(new ConfigFile(file, object));
      }
      throw refuse("images", found + "; an object is needed");
    }

    private List<String> texts(String key) {
      JsonNode list = json.path(key);
      ImmutableList.Builder<String> texts = ImmutableList.builder();
      if (!list.isArray()) {
        throw refuse(key, list + "; a list of texts is needed");
      }
      for (JsonNode each : list) {
        if (!each.isTextual()) {
          throw refuse(key, "holding " + each + "; texts are needed");
        }
        texts.add(each.textValue());
      }
      return texts.build();
    }

    UserException refuse(String key, String what) {
      return new UserException(UserException.Kind.INPUT, file + ": " + key + " is " + what + ".");
    }
  }
}
