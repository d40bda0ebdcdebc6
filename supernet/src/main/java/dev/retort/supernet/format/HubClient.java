package dev.retort.supernet.format;

import dev.retort.space.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads the files of one model: {@code ENDPOINT/MODEL/resolve/main/FILE}. Redirects are
 * followed here, as the JDK would send the token along to the host that stores the file.
 */
final class HubClient {
  private static final Logger LOG = LoggerFactory.getLogger(HubClient.class);
  private static final int MOST_REDIRECTS = 5;
  private static final int PIECE = 1 << 16;

  private final URI root;
  private final RepositoryId id;
  private final @Nullable String token;
  private final Duration patience;
  private final HttpClient http;
  private @Nullable String commit;

  /** A client that gives up when nothing comes for so long. */
  HubClient(URI root, RepositoryId id, @Nullable String token, Duration patience) {
    this.root = root;
    this.id = id;
    this.token = token;
    this.patience = patience;
    this.http = HttpClient.newBuilder()
        .connectTimeout(patience)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /** The commit that the files are of, as the hub said; null before or without it. */
  @Nullable
  String commit() {
    return commit;
  }

  /** Downloads a file that must be there. */
  void fetch(String file, FolderWriter folder, long most) throws IOException {
    if (!fetchIfThere(file, folder, most)) {
      throw refuse("has no " + file + ". Check the name, and that the model is a BERT");
    }
  }

  /** Downloads a file; false when the hub has none of that name. */
  boolean fetchIfThere(String file, FolderWriter folder, long most) throws IOException {
    URI address = root.resolve(id.name() + "/resolve/main/" + file);
    HttpResponse<InputStream> response = get(address);
    long announced = length(response, "x-linked-size");
    for (int i = 0; isRedirect(response.statusCode()); i++) {
      response.body().close();
      String location = response.headers().firstValue("location").orElse("");
      if (i == MOST_REDIRECTS || location.isEmpty()) {
        throw refuse("answers " + file + " with redirects that lead nowhere");
      }
      URI next = address.resolve(location);
      if ("https".equals(address.getScheme()) && !"https".equals(next.getScheme())) {
        throw refuse("redirects " + file + " to an unencrypted address");
      }
      address = next;
      response = get(address);
    }
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> {
          long bytes = save(file, folder, response, body, most);
          if (announced >= 0 && bytes != announced) {
            throw refuse(
                "sent " + bytes + " bytes of " + file + ", which has " + announced + ". Try again");
          }
          return true;
        }
        case 404 -> {
          return false;
        }
        case 401, 403 ->
          throw refuse("does not exist or is not open to you (status "
              + response.statusCode() + "). Check the name; for a gated or private model set"
              + " HF_TOKEN");
        default ->
          throw refuse(
              "answers " + file + " with status " + response.statusCode() + ". Try again later");
      }
    }
  }

  private long save(
      String file,
      FolderWriter folder,
      HttpResponse<InputStream> response,
      InputStream body,
      long most)
      throws IOException {
    long length = length(response, "content-length");
    if (length > most) {
      throw tooLong(file, most);
    }
    response.headers().firstValue("x-repo-commit").ifPresent(each -> commit = each);
    LOG.info("{}: {} ({} bytes)", id.name(), file, length < 0 ? "?" : length);
    long bytes = 0;
    try (OutputStream out = folder.stream(file);
        StallWatch watch = new StallWatch(body, patience)) {
      byte[] piece = new byte[PIECE];
      int count;
      while ((count = read(watch, piece)) >= 0) {
        bytes += count;
        if (bytes > most) {
          throw tooLong(file, most);
        }
        out.write(piece, 0, count);
      }
    }
    if (length >= 0 && bytes != length) {
      throw refuse("sent " + bytes + " bytes of " + file + ", which has " + length + ". Try again");
    }
    return bytes;
  }

  /** Reading and writing fail differently: only the first is the network's. */
  private int read(StallWatch body, byte[] piece) {
    try {
      return body.read(piece);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpResponse<InputStream> get(URI address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address)
        .timeout(patience)
        .header("User-Agent", "retort")
        .GET();
    if (token != null && isHub(address)) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(new IOException("interrupted", e));
    }
  }

  private boolean isHub(URI address) {
    return Objects.equals(address.getScheme(), root.getScheme())
        && Objects.equals(address.getHost(), root.getHost())
        && address.getPort() == root.getPort();
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static long length(HttpResponse<?> response, String header) {
    try {
      OptionalLong value = response.headers().firstValueAsLong(header);
      return value.orElse(-1);
    } catch (NumberFormatException e) {
      return -1; // not a length: then none was announced
    }
  }

  private UserException tooLong(String file, long most) {
    return refuse("has a " + file + " of more than " + most + " bytes, which no BERT has");
  }

  private UserException unreachable(IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return offline(id, root + " cannot be reached (" + reason + ")", e);
  }

  /** The model is not here and the hub cannot be asked. */
  static UserException offline(RepositoryId id, String why, @Nullable Exception cause) {
    String message = Quoted.of(id.name()) + ": there is no folder of that name here, and " + why
        + ". Give the path of a folder, or download the model where there is a network"
        + " (hf download " + id.name() + " --local-dir FOLDER) and copy it here.";
    return cause == null
        ? new UserException(UserException.Kind.INPUT, message)
        : new UserException(UserException.Kind.INPUT, message, cause);
  }

  /** A refusal of what the hub answered. */
  UserException refuse(String what) {
    return new UserException(
        UserException.Kind.INPUT,
        "Model " + Quoted.of(id.name()) + " at " + root + " " + what + ".");
  }
}
