package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.retort.data.Tokenizer;
import dev.retort.space.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a model by the name of a folder or of a model on the Hugging Face hub.
 *
 * <p>Honours the variables of huggingface_hub: {@code HF_ENDPOINT} (default
 * https://huggingface.co), {@code HF_TOKEN}, {@code HF_HOME} (default ~/.cache/huggingface; its
 * {@code hub} is looked into before anything is downloaded), {@code HF_HUB_OFFLINE}.
 */
public final class HuggingFaceHub {
  private static final Logger LOG = LoggerFactory.getLogger(HuggingFaceHub.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LARGEST_TEXT = 16L << 20;
  private static final long LARGEST_VOCABULARY = 256L << 20;

  private final ImmutableMap<String, String> environment;
  private final Duration patience;

  HuggingFaceHub(Map<String, String> environment, Duration patience) {
    this.environment = ImmutableMap.copyOf(environment);
    this.patience = patience;
  }

  /**
   * The folder of a model: a local folder as it is; otherwise the model of that name from the cache
   * or downloaded into it, whole or not at all.
   *
   * @param nameOrFolder a folder, or a name such as {@code google-bert/bert-base-uncased}
   * @param cache where downloaded models are kept
   * @throws UserException when there is no such folder or model, or when it cannot be downloaded
   */
  public static Path resolve(String nameOrFolder, Path cache) {
    return new HuggingFaceHub(System.getenv(), PATIENCE).find(nameOrFolder, cache);
  }

  /**
   * The folder of a model that is on this machine; empty where it would have to be downloaded.
   *
   * @throws UserException when it is neither a folder nor a name
   */
  public static Optional<Path> cached(String nameOrFolder, Path cache) {
    return Optional.ofNullable(
        new HuggingFaceHub(System.getenv(), PATIENCE).here(nameOrFolder, cache));
  }

  private @Nullable Path here(String nameOrFolder, Path cache) {
    Path local = local(nameOrFolder);
    if (local != null) {
      return local;
    }
    RepositoryId id = new RepositoryId(nameOrFolder);
    Path target = cache.resolve(id.folderName());
    return WholeFolder.isWhole(target) ? target : sharedSnapshot(id);
  }

  Path find(String nameOrFolder, Path cache) {
    Path here = here(nameOrFolder, cache);
    if (here != null) {
      return here;
    }
    RepositoryId id = new RepositoryId(nameOrFolder);
    Path target = cache.resolve(id.folderName());
    if (isSet("HF_HUB_OFFLINE")) {
      throw HubClient.offline(id, "HF_HUB_OFFLINE is set", null);
    }
    download(id, target);
    return target;
  }

  private static @Nullable Path local(String nameOrFolder) {
    if (nameOrFolder.isBlank()) {
      return null; // the path of that name would be the current folder
    }
    Path path;
    try {
      path = Path.of(nameOrFolder);
    } catch (InvalidPathException e) {
      return null; // then it must be a name, or is refused as one
    }
    if (Files.isDirectory(path)) {
      return path;
    }
    if (Files.exists(path)) {
      throw new UserException(
          UserException.Kind.INPUT,
          path + ": is a file. Give the folder that has the model's config.json.");
    }
    return null;
  }

  /** The snapshot that other tools have downloaded, if it has what is needed. */
  private @Nullable Path sharedSnapshot(RepositoryId id) {
    Path repository = home().resolve("hub").resolve(id.folderName());
    Path main = repository.resolve("refs").resolve("main");
    if (!Files.isRegularFile(main)) {
      return null;
    }
    try {
      String commit = Files.readString(main).strip();
      if (!commit.matches("[0-9a-f]{40}")) {
        return null;
      }
      Path snapshot = repository.resolve("snapshots").resolve(commit);
      boolean weights = Files.isRegularFile(snapshot.resolve(HuggingFaceFolder.WEIGHTS))
          || Files.isRegularFile(snapshot.resolve(HuggingFaceFolder.INDEX));
      boolean rest = Files.isRegularFile(snapshot.resolve(HuggingFaceFolder.CONFIG))
          && (Tokenizer.standsIn(snapshot)
              || Files.isRegularFile(snapshot.resolve(PreprocessorConfig.FILE)));
      return weights && rest ? snapshot : null;
    } catch (IOException e) {
      LOG.warn("{}: cannot be read and is left aside: {}", main, e.toString());
      return null;
    }
  }

  private void download(RepositoryId id, Path target) {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "https://huggingface.co");
    URI root;
    try {
      root = URI.create(endpoint.replaceAll("/+$", "") + "/");
    } catch (IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.USAGE, "HF_ENDPOINT is no address: " + Quoted.of(endpoint) + ".", e);
    }
    HubClient client = new HubClient(root, id, token(), patience);
    LOG.info("Downloading {} from {}", id.name(), root);
    WholeFolder.write(target, folder -> {
      client.fetch(HuggingFaceFolder.CONFIG, folder, LARGEST_TEXT);
      ConfigFile config = ConfigFile.read(folder.path(HuggingFaceFolder.CONFIG));
      HuggingFaceModel model = HuggingFaceModels.of(config);
      model.read(config); // refused before anything large is fetched
      if (model.images()) {
        client.fetchIfThere(PreprocessorConfig.FILE, folder, LARGEST_TEXT);
      } else {
        downloadTokenizer(client, folder);
      }
      if (client.fetchIfThere(HuggingFaceFolder.WEIGHTS, folder, Long.MAX_VALUE)) {
        SafetensorsFile.open(folder.path(HuggingFaceFolder.WEIGHTS));
      } else {
        downloadShards(client, folder);
      }
      folder.text("source.json", source(id, root, client.commit()));
    });
  }

  /** The first of its forms that there is, and what says how it is used. */
  private static void downloadTokenizer(HubClient client, FolderWriter folder) throws IOException {
    boolean whole = client.fetchIfThere(HuggingFaceFolder.VOCABULARY, folder, LARGEST_VOCABULARY)
        || client.fetchIfThere("tokenizer.json", folder, LARGEST_VOCABULARY)
        || (client.fetchIfThere("vocab.json", folder, LARGEST_VOCABULARY)
            && client.fetchIfThere("merges.txt", folder, LARGEST_VOCABULARY));
    if (!whole) {
      throw client.refuse("has no tokenizer that is read here: neither vocab.txt, nor"
          + " tokenizer.json, nor vocab.json and merges.txt. Choose a model that has one");
    }
    client.fetchIfThere(HuggingFaceFolder.TOKENIZER, folder, LARGEST_TEXT);
    client.fetchIfThere("special_tokens_map.json", folder, LARGEST_TEXT);
  }

  private static void downloadShards(HubClient client, FolderWriter folder) throws IOException {
    if (!client.fetchIfThere(HuggingFaceFolder.INDEX, folder, LARGEST_TEXT)) {
      throw client.refuse("has no " + HuggingFaceFolder.WEIGHTS
          + "; models that have their weights only as a pickle are not opened. Convert it to"
          + " safetensors, or choose another model");
    }
    Path index = folder.path(HuggingFaceFolder.INDEX);
    ObjectNode json = StrictJson.readObject(index);
    ImmutableSortedSet.Builder<String> shards = ImmutableSortedSet.naturalOrder();
    for (JsonNode each : json.path("weight_map")) {
      if (!FolderManifest.isPlainName(each.asText())) {
        throw client.refuse("has an index that names the file " + Quoted.of(each.asText()));
      }
      shards.add(each.asText());
    }
    for (String each : shards.build()) {
      client.fetch(each, folder, Long.MAX_VALUE);
    }
    SafetensorsIndex.open(index);
  }

  private static String source(RepositoryId id, URI root, @Nullable String commit) {
    ObjectNode json = StrictJson.object();
    json.put("hub", root.toString());
    json.put("model", id.name());
    json.put("commit", commit);
    return StrictJson.text(json);
  }

  private @Nullable String token() {
    String token = environment.get("HF_TOKEN");
    if (token != null && !token.isBlank()) {
      return token.strip();
    }
    Path file = home().resolve("token");
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      String stored = Files.readString(file, StandardCharsets.UTF_8).strip();
      return stored.isEmpty() ? null : stored;
    } catch (IOException e) {
      LOG.warn("{}: cannot be read, going on without a token: {}", file, e.toString());
      return null;
    }
  }

  private Path home() {
    String home = environment.get("HF_HOME");
    return home == null || home.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "huggingface")
        : Path.of(home);
  }

  private boolean isSet(String variable) {
    String value = environment.getOrDefault(variable, "");
    return ImmutableSortedSet.orderedBy(String.CASE_INSENSITIVE_ORDER)
        .add("1", "ON", "YES", "TRUE")
        .build()
        .contains(value);
  }
}
