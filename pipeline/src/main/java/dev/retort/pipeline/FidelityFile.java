package dev.retort.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/** Measured accuracies by the key of a candidate, as JSON. */
final class FidelityFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FidelityFile() {}

  static ImmutableMap<String, Double> read(Path file) {
    try {
      return ImmutableMap.copyOf(JSON.readValue(
          Files.readString(file), new TypeReference<LinkedHashMap<String, Double>>() {}));
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": cannot be read (" + e.getMessage() + "). Delete it and resume.",
          e);
    }
  }

  static void write(Path file, ImmutableMap<String, Double> accuracies) {
    try {
      RunFolder.write(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(accuracies) + "\n");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
