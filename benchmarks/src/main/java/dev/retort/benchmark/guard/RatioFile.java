package dev.retort.benchmark.guard;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ratios of a release as text: lines that begin with {@code #}, and a name and a number. */
final class RatioFile {
  private RatioFile() {}

  /**
   * Reads the ratios by name.
   *
   * @throws UserException where it cannot be read or a line is none; the message has its number
   */
  static ImmutableMap<String, Double> read(Path file) {
    ImmutableMap.Builder<String, Double> ratios = ImmutableMap.builder();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": the ratios of the last release cannot be read (" + e.getMessage()
              + "). Write them there with `benchmarks/run guard --write`.",
          e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        List<String> parts = Splitter.on(' ').omitEmptyStrings().splitToList(line);
        ratios.put(parts.get(0), number(file, i + 1, parts));
      }
    }
    return ratios.buildOrThrow();
  }

  private static double number(Path file, int line, List<String> parts) {
    Double number = parts.size() == 2 ? Doubles.tryParse(parts.get(1)) : null;
    if (number == null || !Double.isFinite(number) || number <= 0) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ":" + line + ": found (" + String.join(" ", parts)
              + "), allowed: a name and a positive number. Write the file anew with"
              + " `benchmarks/run guard --write`.");
    }
    return number;
  }

  /** Writes ratios under lines that say where they come from. */
  static void write(Path file, String machine, Map<String, Double> ratios) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# Times of ours over plain ones; `benchmarks/run guard --write` wrote this.\n");
    text.append("# ").append(machine).append('\n');
    ratios.forEach(
        (name, ratio) -> text.append(String.format(Locale.ROOT, "%s %.3f\n", name, ratio)));
    Files.writeString(file, text);
  }
}
