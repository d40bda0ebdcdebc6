package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server on this machine's loopback. */
class HuggingFaceHubTest {
  /** Long enough for a machine that has much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final String MODEL = "some-owner/tiny_bert.v1";

  private final Path cache;
  private final Path home;
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private int status = 200;
  private boolean stalls;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private String redirect = "";

  HuggingFaceHubTest(@TempDir Path folder) throws IOException, URISyntaxException {
    cache = folder.resolve("cache");
    home = folder.resolve("home");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Path given =
        Path.of(Objects.requireNonNull(getClass().getResource("/forward-bert")).toURI());
    for (String name : List.of("config.json", "model.safetensors")) {
      files.put(name, Files.readAllBytes(given.resolve(name)));
    }
    files.put("vocab.txt", "[PAD]\n[UNK]\n".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    stopped.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
      String name = path.substring(path.lastIndexOf('/') + 1);
      byte[] body = files.get(name);
      boolean known = path.startsWith("/" + MODEL + "/resolve/main/") || path.startsWith("/cdn/");
      if (status != 200 || body == null || !known) {
        exchange.sendResponseHeaders(status == 200 ? 404 : status, -1);
        return;
      }
      if (!redirect.isEmpty() && name.endsWith(".safetensors") && !path.startsWith("/cdn/")) {
        exchange.getResponseHeaders().add("Location", redirect + "/cdn/" + name);
        exchange.getResponseHeaders().add("X-Linked-Size", Integer.toString(body.length));
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      exchange.getResponseHeaders().add("X-Repo-Commit", "0123abc");
      exchange.sendResponseHeaders(200, body.length);
      OutputStream out = exchange.getResponseBody();
      if (stalls && name.endsWith(".safetensors")) {
        out.write(body, 0, 1000);
        out.flush();
        stopped.await(); // and sends no more
      } else {
        out.write(body);
        out.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private Path find(String name, Map<String, String> more) {
    return new HuggingFaceHub(
            ImmutableMap.<String, String>builder()
                .put("HF_ENDPOINT", endpoint().toString())
                .put("HF_HOME", home.toString())
                .putAll(more)
                .buildOrThrow(),
            stalls ? SHORT : PATIENCE)
        .find(name, cache);
  }

  private Path find() {
    return find(MODEL, Map.of());
  }

  @Test
  void aModelIsDownloadedOnceWholeWithItsSource() throws IOException {
    Path found = find();
    assertThat(found).isEqualTo(cache.resolve("models--some-owner--tiny_bert.v1"));
    WholeFolder.verify(found);
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      assertThat(found.resolve(each.getKey())).hasBinaryContent(each.getValue());
    }
    assertThat(found.resolve("source.json")).content().contains("\"commit\" : \"0123abc\"");
    assertThat(requests).contains("/" + MODEL + "/resolve/main/tokenizer_config.json null");
    int before = requests.size();
    assertThat(find()).isEqualTo(found);
    assertThat(requests).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "vocab.json merges.txt special_tokens_map.json"})
  void aTokenizerMayHaveOtherForms(String names) {
    files.remove("vocab.txt");
    for (String name : names.split(" ", -1)) {
      put(name, "{}");
    }
    Path found = find();
    for (String name : names.split(" ", -1)) {
      assertThat(found.resolve(name)).hasContent("{}");
    }
    assertThat(found.resolve("vocab.txt")).doesNotExist();
  }

  @Test
  void theTokenGoesToTheHubAndNotWhereItRedirectsTo() throws IOException {
    redirect = "http://localhost:" + server.getAddress().getPort();
    find(MODEL, Map.of("HF_TOKEN", "secret"));
    assertThat(requests)
        .contains("/" + MODEL + "/resolve/main/model.safetensors Bearer secret")
        .contains("/cdn/model.safetensors null");
    WholeFolder.delete(FileOperations.real(), cache);
    Files.createDirectories(home);
    Files.writeString(home.resolve("token"), "stored\n");
    find();
    assertThat(requests).contains("/" + MODEL + "/resolve/main/config.json Bearer stored");
  }

  @Test
  void shardsAreDownloaded() {
    byte[] weights = Objects.requireNonNull(files.remove("model.safetensors"));
    assertThatThrownBy(this::find).hasMessageContaining("has no model.safetensors; models that");
    StringBuilder map = new StringBuilder();
    files.put("part-1.safetensors", weights);
    Path local = cache.resolveSibling("w");
    try {
      Files.write(local, weights);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    SafetensorsFile.open(local).entries().forEach(each -> map.append(map.length() == 0 ? "" : ",")
        .append('"')
        .append(each.name())
        .append("\":\"part-1.safetensors\""));
    put("model.safetensors.index.json", "{\"weight_map\":{" + map + "}}");
    assertThat(find().resolve("part-1.safetensors")).hasBinaryContent(weights);
    put("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../../etc/passwd\"}}");
    assertThatThrownBy(() -> {
          WholeFolder.delete(FileOperations.real(), cache);
          find();
        })
        .hasMessageContaining("has an index that names the file \"../../../etc/passwd\".");
  }

  private void put(String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void refused(String message) {
    assertThatThrownBy(this::find).isInstanceOf(UserException.class).hasMessageContaining(message);
    assertThat(cache.resolve("models--some-owner--tiny_bert.v1")).doesNotExist();
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void whatTheHubRefusesIsToldAndNothingIsLeft() {
    String prefix = "Model \"" + MODEL + "\" at " + endpoint() + "/ ";
    status = 401;
    refused(prefix + "does not exist or is not open to you (status 401). Check the name; for a"
        + " gated or private model set HF_TOKEN.");
    status = 503;
    refused(prefix + "answers config.json with status 503. Try again later.");
    status = 200;
    byte[] vocabulary = Objects.requireNonNull(files.remove("vocab.txt"));
    refused(
        prefix + "has no tokenizer that is read here: neither vocab.txt, nor tokenizer.json, nor"
            + " vocab.json and merges.txt. Choose a model that has one.");
    put("vocab.json", "{}");
    refused(
        prefix + "has no tokenizer that is read here: neither vocab.txt, nor tokenizer.json, nor"
            + " vocab.json and merges.txt. Choose a model that has one.");
    files.remove("vocab.json");
    files.put("vocab.txt", vocabulary);
    put("model.safetensors", "no tensors");
    refused("copy or download it again");
    put("config.json", "{\"model_type\":\"t5\"}");
    refused("model_type is \"t5\"; Retort reads models of type " + BertConfigTest.types() + ".");
    files.put("config.json", new byte[(16 << 20) + 1]);
    refused(prefix + "has a config.json of more than 16777216 bytes, which no BERT has.");
  }

  @Test
  void aDownloadThatStallsIsGivenUpAndNothingIsLeft() {
    stalls = true;
    refused("cannot be reached (nothing came for 2 seconds)");
  }

  @Test
  void redirectsThatGoRoundAreRefused() {
    redirect = endpoint() + "/" + MODEL + "/resolve/main";
    refused("answers model.safetensors with redirects that lead nowhere.");
  }

  @Test
  void withoutANetworkTheMessageSaysWhatToDo() {
    server.stop(0);
    assertThatThrownBy(this::find)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("\"" + MODEL + "\": there is no folder of that name here, and "
            + endpoint() + "/ cannot be reached (")
        .hasMessageEndingWith("). Give the path of a folder, or download the model where there is"
            + " a network (hf download " + MODEL + " --local-dir FOLDER) and copy it here.");
    assertThatThrownBy(() -> find(MODEL, Map.of("HF_HUB_OFFLINE", "1")))
        .hasMessageContaining("HF_HUB_OFFLINE is set. Give the path");
  }

  @Test
  void whatOtherToolsHaveDownloadedIsUsed() throws IOException {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path repository = home.resolve("hub/models--some-owner--tiny_bert.v1");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(commit));
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), commit);
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Files.write(snapshot.resolve(each.getKey()), each.getValue());
    }
    assertThat(find()).isEqualTo(snapshot);
    assertThat(requests).isEmpty();
    Files.writeString(repository.resolve("refs/main"), "../../../../../etc");
    assertThat(find()).startsWith(cache);
  }

  @Test
  void aFolderIsTakenAsItIsAndAFileIsNot() throws IOException {
    Path folder = Files.createDirectories(home);
    assertThat(find(folder.toString(), Map.of())).isEqualTo(folder);
    Path file = Files.writeString(folder.resolve("x"), "");
    assertThatThrownBy(() -> find(file.toString(), Map.of()))
        .hasMessage(file + ": is a file. Give the folder that has the model's config.json.");
    assertThat(requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a/..",
        "../a",
        "a/../b",
        "/etc/no-such",
        "./no-such",
        "a/b/c",
        "a//b",
        "a\\b",
        "a/b?x",
        "a/b#x",
        "a b",
        "a/b%2e",
        "-a/b",
        "a--b",
        "a/b.git",
        "a\0",
        "http://x/y"
      })
  void aNameThatIsNoRepositoryIsRefused(String name) {
    assertThatThrownBy(() -> find(name, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessage(Quoted.of(name) + " is neither a folder that exists nor the name of a model on"
            + " the hub. Such a name is OWNER/MODEL, each of letters, digits, '-', '_' and '.'.");
    assertThat(requests).isEmpty();
  }
}
