package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a whole folder holds: size and SHA-256 of every file. Written last, as manifest.json. */
record FolderManifest(ImmutableMap<String, Entry> files) {
  private static final String FORMAT = "retort-folder";
  private static final int VERSION = 1;

  /** One file. */
  record Entry(long bytes, String sha256) {}

  /** A name without folders, which every file system takes for a file's. */
  static boolean isPlainName(String name) {
    return !name.isEmpty()
        && !name.startsWith(".")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  /** The text of the file; names sorted. */
  String json() {
    ObjectNode root = StrictJson.object();
    root.put("format", FORMAT);
    root.put("version", VERSION);
    ObjectNode list = root.putObject("files");
    for (Map.Entry<String, Entry> each : ImmutableSortedMap.copyOf(files).entrySet()) {
      ObjectNode entry = list.putObject(each.getKey());
      entry.put("bytes", each.getValue().bytes());
      entry.put("sha256", each.getValue().sha256());
    }
    return StrictJson.text(root);
  }

  /** Reads the manifest of a folder. */
  static FolderManifest read(Path folder) {
    Path file = folder.resolve(WholeFolder.MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw broken(folder, "has no " + WholeFolder.MANIFEST + ", so it was never finished");
    }
    ObjectNode root = StrictJson.readObject(file);
    if (!root.path("format").asText().equals(FORMAT)) {
      throw broken(folder, "has a " + WholeFolder.MANIFEST + " that Retort did not write");
    }
    JsonNode version = root.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw broken(
          folder,
          "has a " + WholeFolder.MANIFEST + " of version " + version
              + "; this Retort reads version " + VERSION);
    }
    ImmutableMap.Builder<String, Entry> files = ImmutableMap.builder();
    for (Map.Entry<String, JsonNode> each : root.path("files").properties()) {
      JsonNode bytes = each.getValue().path("bytes");
      JsonNode sha256 = each.getValue().path("sha256");
      if (!isPlainName(each.getKey()) || !bytes.isIntegralNumber() || !sha256.isTextual()) {
        throw broken(
            folder, "has a damaged " + WholeFolder.MANIFEST + " at " + Quoted.of(each.getKey()));
      }
      files.put(each.getKey(), new Entry(bytes.longValue(), sha256.textValue()));
    }
    return new FolderManifest(files.buildOrThrow());
  }

  /** Reads every file again and compares it. */
  void check(Path folder) {
    for (Map.Entry<String, Entry> each : files.entrySet()) {
      Path file = folder.resolve(each.getKey());
      try {
        if (!Files.isRegularFile(file)) {
          throw broken(folder, "lacks its file " + each.getKey());
        }
        long bytes = Files.size(file);
        if (bytes != each.getValue().bytes()) {
          throw broken(
              folder,
              "has file " + each.getKey() + " with " + bytes + " bytes, written with "
                  + each.getValue().bytes());
        }
        String sha256 = com.google.common.io.Files.asByteSource(file.toFile())
            .hash(Hashing.sha256())
            .toString();
        if (!sha256.equals(each.getValue().sha256())) {
          throw broken(
              folder,
              "has a changed file " + each.getKey() + ": its SHA-256 is " + sha256 + ", written as "
                  + each.getValue().sha256());
        }
      } catch (IOException e) {
        throw SafetensorsFile.unreadable(file, e);
      }
    }
  }

  private static UserException broken(Path folder, String what) {
    return new UserException(
        UserException.Kind.INPUT,
        folder + ": " + what + ". Write or copy the folder again, or use an earlier one.");
  }
}
