package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model as Hugging Face transformers saves it: config.json, model.safetensors (one file or
 * shards), vocab.txt for text, preprocessor_config.json for images. What it may be is what there
 * is a {@link HuggingFaceModel} for.
 *
 * @param folder where it was read
 * @param weights float32, under the blueprint's names whatever the file's were
 * @param labels the classes' names; empty without classifier
 * @param vocabulary vocab.txt, or null
 * @param lowerCase what tokenizer_config.json says, else config.json, else true
 * @param images how images are prepared; null where there is no preprocessor_config.json
 */
public record HuggingFaceFolder(
    Path folder,
    Weights weights,
    ImmutableList<String> labels,
    @Nullable Path vocabulary,
    boolean lowerCase,
    @Nullable Preprocessing images)
    implements ModelFolder {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String VOCABULARY = "vocab.txt";
  static final String TOKENIZER = "tokenizer_config.json";

  private static final Logger LOG = LoggerFactory.getLogger(HuggingFaceFolder.class);

  /**
   * Reads a folder.
   *
   * @param manager what the weights are attached to
   * @throws UserException when a file is missing or refused, or when weights and config do not fit
   */
  public static HuggingFaceFolder read(Path folder, NDManager manager) {
    return read(folder, manager, false);
  }

  /**
   * Reads a folder without a head of pre-training, which else decides what is read beside it: the
   * file of a masked language model may hold the pooler that a classifier begins with.
   *
   * @param manager what the weights are attached to
   * @throws UserException as {@link #read(Path, NDManager)}
   */
  public static HuggingFaceFolder headless(Path folder, NDManager manager) {
    return read(folder, manager, true);
  }

  private static HuggingFaceFolder read(Path folder, NDManager manager, boolean headless) {
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": is no model folder; it has neither " + CONFIG + " (Hugging Face) nor "
              + StudentFolder.ARCHITECTURE + " (Retort).");
    }
    Contents contents = Contents.of(folder, headless);
    contents.described().note().ifPresent(note -> LOG.warn("{}: {}", folder, note));
    Weights weights =
        StoredWeights.load(contents.architecture(), contents.store(), contents.found(), manager);
    Path vocabulary = folder.resolve(VOCABULARY);
    return new HuggingFaceFolder(
        folder,
        weights,
        contents.labels(),
        Files.isRegularFile(vocabulary) ? vocabulary : null,
        lowerCase(folder, contents.described().lowerCase()),
        contents.images());
  }

  /**
   * What the model in a folder is, told from its headers alone: no weight is read.
   *
   * @throws UserException as {@link #read}, but for what only the weights show
   */
  public static Architecture architecture(Path folder) {
    return Contents.of(folder, false).architecture();
  }

  /** What the files of a folder say before a weight is read. */
  private record Contents(
      Path file,
      HuggingFaceModel.Described described,
      TensorStore store,
      Map<String, StoredTensor> found,
      @Nullable Preprocessing images) {
    static Contents of(Path folder, boolean headless) {
      ConfigFile config = ConfigFile.read(folder.resolve(CONFIG));
      HuggingFaceModel.Described read = HuggingFaceModels.of(config).read(config);
      HuggingFaceModel.Described described = headless ? read.headless() : read;
      TensorStore store = open(folder);
      Path preparation = folder.resolve(PreprocessorConfig.FILE);
      return new Contents(
          config.path(),
          described,
          store,
          byBlueprintName(store, described),
          Files.isRegularFile(preparation)
              ? PreprocessorConfig.read(ConfigFile.read(preparation))
              : null);
    }

    Architecture architecture() {
      try {
        return described.architecture(
            new HuggingFaceModel.Contents(ImmutableSet.copyOf(found.keySet()), images));
      } catch (IllegalArgumentException e) {
        throw new UserException(
            UserException.Kind.INPUT, file + ": describes no network: " + e.getMessage() + ".", e);
      }
    }

    ImmutableList<String> labels() {
      Architecture architecture = architecture();
      return architecture.has("classes") && architecture.integer("classes") > 0
          ? described.labels()
          : ImmutableList.of();
    }
  }

  private static TensorStore open(Path folder) {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))) {
      return SafetensorsFile.open(folder.resolve(WEIGHTS));
    }
    if (Files.isRegularFile(folder.resolve(INDEX))) {
      return SafetensorsIndex.open(folder.resolve(INDEX));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      String pickled = entries
          .map(each -> each.getFileName().toString())
          .filter(each -> each.endsWith(".bin")
              || each.endsWith(".pt")
              || each.endsWith(".pth")
              || each.endsWith(".pkl"))
          .sorted()
          .findFirst()
          .orElse(null);
      if (pickled == null) {
        throw new UserException(
            UserException.Kind.INPUT,
            folder + ": has no " + WEIGHTS
                + ". Give a folder that has its weights as safetensors.");
      }
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": has its weights only in " + pickled + ", a pickle, which could run any code"
              + " and is never opened. Convert it where you trust it, in that folder: python3 -c"
              + " \"import torch, safetensors.torch as s; w = torch.load('" + pickled
              + "', map_location='cpu', weights_only=True); s.save_file({k: v.clone().contiguous()"
              + " for k, v in w.items()}, '" + WEIGHTS + "', {'format': 'pt'})\"");
    } catch (IOException e) {
      throw SafetensorsFile.unreadable(folder, e);
    }
  }

  private static Map<String, StoredTensor> byBlueprintName(
      TensorStore store, HuggingFaceModel.Described described) {
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    List<String> extras = new ArrayList<>();
    for (TensorEntry entry : store.entries()) {
      ImmutableList<TensorPart> parts = described.parts(entry.name());
      if (parts.isEmpty()) {
        extras.add(entry.name());
      }
      for (TensorPart part : parts) {
        StoredTensor other = found.put(part.tensor(), new StoredTensor(entry, part));
        if (other != null) {
          throw new UserException(
              UserException.Kind.INPUT,
              store.path() + ": holds one tensor under two names, "
                  + Quoted.of(other.entry().name()) + " and " + Quoted.of(entry.name())
                  + ". Remove one of them.");
        }
      }
    }
    described.copies().forEach((copy, original) -> leaveOut(copy, original, found, store, extras));
    if (!extras.isEmpty()) {
      LOG.info("{}: not needed and left out: {}", store.path(), String.join(", ", extras));
    }
    return found;
  }

  private static void leaveOut(
      String copy,
      String original,
      Map<String, StoredTensor> found,
      TensorStore store,
      List<String> extras) {
    StoredTensor one = found.get(copy);
    StoredTensor other = found.get(original);
    if (one == null) {
      return;
    }
    if (other == null) {
      found.remove(copy);
      found.put(original, StoredTensor.whole(original, one.entry()));
    } else if (one.entry().shape().equals(other.entry().shape())
        && Arrays.equals(
            store.floats(one.entry().name()), store.floats(other.entry().name()))) {
      found.remove(copy);
      extras.add(one.entry().name());
    } else {
      LOG.warn(
          "{}: the configuration says that {} is {}, but the two differ: both are taken",
          store.path(),
          one.entry().name(),
          other.entry().name());
    }
  }

  private static boolean lowerCase(Path folder, @Nullable Boolean config) {
    Path file = folder.resolve(TOKENIZER);
    if (Files.isRegularFile(file)) {
      JsonNode lower = StrictJson.readObject(file).path("do_lower_case");
      if (lower.isBoolean()) {
        return lower.booleanValue();
      }
      if (!lower.isMissingNode() && !lower.isNull()) {
        throw new UserException(
            UserException.Kind.INPUT, file + ": do_lower_case is not true or false.");
      }
    }
    return config == null || config;
  }

  /** Writes the folder of a model that looks at text; see below. */
  public static void write(
      Path target, Weights weights, List<String> labels, WholeFolder.Contents tokenizer) {
    write(target, weights, labels, null, tokenizer);
  }

  /**
   * Writes a folder that transformers loads with the same logits.
   *
   * @param target where; a {@link WholeFolder}, which must not exist
   * @param weights float32
   * @param labels a name for each class; empty: LABEL_0 and so on
   * @param images how images are prepared; null: not said
   * @param more writes what else belongs to it: vocab.txt and what a tokenizer needs
   * @throws UserException when no class of transformers can hold the architecture (the message has
   *     the dimension to set), or when the folder cannot be written
   * @throws IllegalArgumentException when there is another number of labels than classes
   */
  public static void write(
      Path target,
      Weights weights,
      List<String> labels,
      @Nullable Preprocessing images,
      WholeFolder.Contents more) {
    Architecture architecture = weights.architecture();
    HuggingFaceModel model = HuggingFaceModels.holding(architecture);
    String config = HuggingFaceModels.config(model, architecture, labels);
    WholeFolder.write(target, folder -> {
      folder.text(CONFIG, config);
      if (images != null) {
        folder.text(PreprocessorConfig.FILE, StrictJson.text(PreprocessorConfig.json(images)));
      }
      try (NDManager scratch = manager(weights)) {
        tensors(folder, model.tensors(weights, scratch));
      }
      more.write(folder);
    });
  }

  private static NDManager manager(Weights weights) {
    return weights.tensors().values().iterator().next().getManager().newSubManager();
  }

  private static void tensors(FolderWriter folder, Map<String, NDArray> tensors)
      throws IOException {
    // transformers reads the key "format" to know whose layout it is.
    folder.tensors(WEIGHTS, tensors, ImmutableMap.of("format", "pt"));
  }
}
