package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long each part of a run took, in {@code timings.json}: the only file of a run, with its
 * report and provenance, that holds times. Time of earlier processes is added.
 */
final class Timings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode seconds;

  /** What is timed. */
  interface Part<T> {
    T run() throws InterruptedException;
  }

  Timings(Path run) {
    this.file = run.resolve("timings.json");
    this.seconds = read(file);
  }

  private static ObjectNode read(Path file) {
    try {
      JsonNode node = Files.exists(file) ? JSON.readTree(Files.readString(file)) : null;
      return node instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  <T> T time(String name, Part<T> part) throws InterruptedException {
    long begin = System.nanoTime();
    double before = seconds.path(name).asDouble();
    try {
      return part.run();
    } finally {
      seconds.put(name, before + (System.nanoTime() - begin) / 1e9);
      write();
    }
  }

  private void write() {
    try {
      RunFolder.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(seconds));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  double seconds(String name) {
    return seconds.path(name).asDouble(Double.NaN);
  }
}
