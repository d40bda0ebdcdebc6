package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A BERT as Hugging Face transformers saves it: config.json, model.safetensors (one file or
 * shards), vocab.txt.
 *
 * <p>A folder without classifier reads as {@code classes=0}; one without pooler too as {@code
 * pooling=first}.
 *
 * @param folder where it was read
 * @param weights float32, under the blueprint's names whatever the file's were
 * @param config what config.json says
 * @param labels the classes' names; empty without classifier
 * @param vocabulary vocab.txt, or null
 * @param lowerCase what tokenizer_config.json says, else config.json, else true
 */
public record HuggingFaceFolder(
    Path folder,
    Weights weights,
    HuggingFaceConfig config,
    ImmutableList<String> labels,
    @Nullable Path vocabulary,
    boolean lowerCase)
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
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": is no model folder; it has neither " + CONFIG + " (Hugging Face) nor "
              + StudentFolder.ARCHITECTURE + " (Retort).");
    }
    HuggingFaceConfig config = HuggingFaceConfig.read(folder.resolve(CONFIG));
    TensorStore store = open(folder);
    Map<String, TensorEntry> found = byBlueprintName(store);
    boolean classifier = found.keySet().stream().anyMatch(each -> each.startsWith("classifier."));
    boolean pooler = found.keySet().stream().anyMatch(each -> each.startsWith("bert.pooler."));
    Architecture architecture = config.architecture(
        classifier ? config.labels().size() : 0, classifier || pooler ? "pooler" : "first");
    Weights weights = StoredWeights.load(architecture, store, found, manager);
    Path vocabulary = folder.resolve(VOCABULARY);
    return new HuggingFaceFolder(
        folder,
        weights,
        config,
        classifier ? config.labels() : ImmutableList.of(),
        Files.isRegularFile(vocabulary) ? vocabulary : null,
        lowerCase(folder, config));
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

  private static Map<String, TensorEntry> byBlueprintName(TensorStore store) {
    Map<String, TensorEntry> found = new LinkedHashMap<>();
    List<String> extras = new ArrayList<>();
    for (TensorEntry entry : store.entries()) {
      if (BertNames.isKnownExtra(entry.name())) {
        extras.add(entry.name());
        continue;
      }
      TensorEntry other = found.put(BertNames.blueprintName(entry.name()), entry);
      if (other != null) {
        throw new UserException(
            UserException.Kind.INPUT,
            store.path() + ": holds one tensor under two names, " + Quoted.of(other.name())
                + " and " + Quoted.of(entry.name()) + ". Remove one of them.");
      }
    }
    if (!extras.isEmpty()) {
      LOG.info("{}: not needed and left out: {}", store.path(), String.join(", ", extras));
    }
    return found;
  }

  private static boolean lowerCase(Path folder, HuggingFaceConfig config) {
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
    return config.lowerCase() == null || config.lowerCase();
  }

  /**
   * Writes a folder that BertForSequenceClassification of transformers loads (BertModel when there
   * is no classifier); see {@link #write(Path, Weights, HuggingFaceConfig, WholeFolder.Contents)}.
   *
   * @param labels a name for each class; empty: LABEL_0 and so on
   */
  public static void write(
      Path target, Weights weights, List<String> labels, WholeFolder.Contents tokenizer) {
    write(target, weights, HuggingFaceConfig.of(weights.architecture(), labels), tokenizer);
  }

  /**
   * Writes a folder. {@code pooling=pooler} is written as it is; {@code pooling=first} with a
   * pooler that passes the first token through, so that the logits are the same.
   *
   * @param target where; a {@link WholeFolder}, which must not exist
   * @param weights float32
   * @param config of the same architecture, from {@link HuggingFaceConfig#of}
   * @param tokenizer writes vocab.txt and what else a tokenizer needs
   * @throws UserException when Hugging Face's BERT cannot hold the architecture (see {@code
   *     constraint: hf-bert}), or when the folder cannot be written
   */
  public static void write(
      Path target, Weights weights, HuggingFaceConfig config, WholeFolder.Contents tokenizer) {
    Architecture architecture = weights.architecture();
    PlainBert.require(architecture);
    boolean pass =
        architecture.word("pooling").equals("first") && architecture.integer("classes") > 0;
    WholeFolder.write(target, folder -> {
      folder.text(CONFIG, config.json());
      if (pass) {
        try (NDManager scratch = manager(weights)) {
          tensors(folder, PassingPooler.tensors(weights, scratch));
        }
      } else {
        tensors(folder, weights.tensors());
      }
      tokenizer.write(folder);
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
