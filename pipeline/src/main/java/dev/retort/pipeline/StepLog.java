package dev.retort.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.distill.train.StepReport;
import dev.retort.distill.train.TrainingListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The losses of one stage, a JSON object a line: {@code {"step":1,"loss":…,"rate":…,"terms":{…}}}.
 *
 * <p>It holds no times, and a stage that goes on from a checkpoint first cuts the lines after it,
 * so that an interrupted run ends with the same bytes as one that was not.
 */
final class StepLog implements TrainingListener, AutoCloseable {
  /** Its file name in the folder of a stage. */
  static final String NAME = "steps.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final OutputStream out;

  /** One line. */
  record Line(long step, double loss, JsonNode terms) {}

  /** Opens the log of a stage that has done so many steps. */
  StepLog(Path folder, long done) {
    this.file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      StringBuilder kept = new StringBuilder();
      for (String line : lines(file)) {
        Line parsed = parse(line);
        if (parsed != null && parsed.step() <= done) {
          kept.append(line).append('\n');
        }
      }
      Files.writeString(file, kept);
      this.out = Files.newOutputStream(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  @Override
  public void step(StepReport report) {
    ObjectNode line = JSON.createObjectNode();
    line.put("step", report.step()).put("loss", report.loss()).put("rate", report.rate());
    line.put("gradient-norm", report.gradientNorm());
    if (report.skipped()) {
      line.put("skipped", true);
    }
    ObjectNode terms = line.putObject("terms");
    report.terms().forEach(terms::put);
    try {
      out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The lines of a stage's log; none where there is no log. */
  static List<Line> read(Path folder) {
    try {
      List<Line> read = new ArrayList<>();
      for (String line : lines(folder.resolve(NAME))) {
        Line parsed = parse(line);
        if (parsed != null) {
          read.add(parsed);
        }
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder.resolve(NAME), e);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** A line, or null for the torn last line of a process that was killed. */
  private static @Nullable Line parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.hasNonNull("step")
          ? new Line(node.path("step").asLong(), node.path("loss").asDouble(), node.path("terms"))
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
