package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shards of a large model, as {@code model.safetensors.index.json} lists them: {@code
 * {"metadata": {...}, "weight_map": {tensor: file}}} (Hugging Face transformers).
 */
public final class SafetensorsIndex implements TensorStore {
  private final Path path;
  private final ImmutableMap<String, SafetensorsFile> shardOf;
  private final ImmutableList<TensorEntry> entries;
  private final ImmutableMap<String, String> metadata;

  private SafetensorsIndex(
      Path path,
      ImmutableMap<String, SafetensorsFile> shardOf,
      ImmutableList<TensorEntry> entries,
      ImmutableMap<String, String> metadata) {
    this.path = path;
    this.shardOf = shardOf;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Opens an index and all of its shards.
   *
   * @throws UserException when a shard is missing, damaged or outside the index's folder, or when
   *     shards and index do not list the same tensors, each once
   */
  public static SafetensorsIndex open(Path path) {
    ObjectNode json = StrictJson.readObject(path);
    Map<String, String> fileOf = weightMap(path, json);
    Map<String, SafetensorsFile> shardOf = new LinkedHashMap<>();
    ImmutableList.Builder<TensorEntry> entries = ImmutableList.builder();
    for (String name : shards(json)) {
      Path file = path.resolveSibling(name);
      if (!Files.isRegularFile(file)) {
        throw refuse(path, "names the shard " + Quoted.of(name) + ", which is missing");
      }
      SafetensorsFile shard = SafetensorsFile.open(file);
      for (TensorEntry entry : shard.entries()) {
        SafetensorsFile other = shardOf.put(entry.name(), shard);
        if (other != null) {
          throw refuse(
              path,
              "tensor " + Quoted.of(entry.name()) + " stands in two shards, "
                  + other.path().getFileName() + " and " + name);
        }
        String listed = fileOf.get(entry.name());
        if (!name.equals(listed)) {
          throw refuse(
              path,
              "tensor " + Quoted.of(entry.name()) + " stands in shard " + name
                  + (listed == null ? " and is not listed" : " and is listed under " + listed));
        }
        entries.add(entry);
      }
    }
    for (Map.Entry<String, String> each : fileOf.entrySet()) {
      if (!shardOf.containsKey(each.getKey())) {
        throw refuse(
            path,
            "lists tensor " + Quoted.of(each.getKey()) + " in shard " + each.getValue()
                + ", which does not hold it");
      }
    }
    return new SafetensorsIndex(
        path, ImmutableMap.copyOf(shardOf), entries.build(), metadata(json));
  }

  private static Map<String, String> weightMap(Path path, ObjectNode json) {
    if (!(json.get("weight_map") instanceof ObjectNode map) || map.isEmpty()) {
      throw refuse(path, "has no weight_map from tensors to files");
    }
    Map<String, String> fileOf = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : map.properties()) {
      String name = each.getValue().asText();
      if (!each.getValue().isTextual() || !isPlainName(name)) {
        throw refuse(
            path,
            "puts tensor " + Quoted.of(each.getKey()) + " into " + Quoted.of(name)
                + "; a file beside the index is needed");
      }
      fileOf.put(each.getKey(), name);
    }
    return fileOf;
  }

  private static ImmutableSortedSet<String> shards(ObjectNode json) {
    return json.get("weight_map").properties().stream()
        .map(each -> each.getValue().asText())
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  private static boolean isPlainName(String name) {
    return name.endsWith(".safetensors")
        && !name.startsWith(".")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  private static ImmutableMap<String, String> metadata(ObjectNode json) {
    ImmutableMap.Builder<String, String> metadata = ImmutableMap.builder();
    if (json.get("metadata") instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        metadata.put(each.getKey(), each.getValue().asText());
      }
    }
    return metadata.buildOrThrow();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public ImmutableList<TensorEntry> entries() {
    return entries;
  }

  @Override
  public ImmutableMap<String, String> metadata() {
    return metadata;
  }

  @Override
  public NDArray load(NDManager manager, String name) {
    return shard(name).load(manager, name);
  }

  @Override
  public float[] floats(String name) {
    return shard(name).floats(name);
  }

  private SafetensorsFile shard(String name) {
    SafetensorsFile shard = shardOf.get(name);
    if (shard == null) {
      throw new IllegalArgumentException("No tensor (" + name + ") in " + path);
    }
    return shard;
  }

  private static UserException refuse(Path file, String what) {
    return new UserException(
        UserException.Kind.INPUT, file + ": " + what + ". Copy or download the folder again.");
  }
}
