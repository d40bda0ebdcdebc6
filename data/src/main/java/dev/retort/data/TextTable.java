package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Classification of single texts from lines of the form {@code label<TAB>text}, no header.
 *
 * @param name the name of the task
 * @param labels the names of the classes in the order of the logits: two or more, all different
 */
public record TextTable(String name, ImmutableList<String> labels) implements Task {
  /** The file in a task's folder that lists the labels, one a line, in the order of the logits. */
  public static final String LABELS_FILE = "labels.txt";

  /** Checks the labels. */
  public TextTable {
    if (labels.size() < 2 || labels.stream().distinct().count() != labels.size()) {
      throw new IllegalArgumentException(
          "two or more different labels are needed (" + labels + ")");
    }
  }

  /**
   * Reads the labels of a task from its folder's {@code labels.txt}.
   *
   * @throws UserException if the file is missing or has an empty, doubled or single label
   */
  public static TextTable open(String name, Path folder) {
    return withLabels(name, folder.resolve(LABELS_FILE));
  }

  /**
   * Reads the labels of a task from a file of one label a line.
   *
   * @throws UserException if the file is missing or has an empty, doubled or single label
   */
  public static TextTable withLabels(String name, Path file) {
    Map<String, Integer> lines = new HashMap<>();
    List<String> labels = new ArrayList<>();
    TextLines.read(file, (number, line) -> {
      if (line.isBlank() || line.indexOf('\t') >= 0) {
        throw TextLines.wrong(
            file, number, "a label is expected, not empty and without tabs: one a line.");
      }
      Integer before = lines.putIfAbsent(line, number);
      if (before != null) {
        throw TextLines.wrong(
            file, number, "the label '" + line + "' stands in line " + before + " already.");
      }
      labels.add(line);
    });
    if (labels.size() < 2) {
      throw TextLines.wrong(file, "has one label. A task needs two or more.");
    }
    return new TextTable(name, ImmutableList.copyOf(labels));
  }

  @Override
  public ImmutableList<Metric> metrics() {
    return ImmutableList.of(Metric.ACCURACY);
  }

  @Override
  public boolean pairs() {
    return false;
  }

  @Override
  public ImmutableList<String> fileNames(Split split) {
    return ImmutableList.of(split.name().toLowerCase(Locale.ROOT) + ".tsv");
  }

  @Override
  public List<LabeledText> read(Path file) {
    List<LabeledText> texts = new ArrayList<>();
    TextLines.read(file, (number, line) -> texts.add(parse(file, number, line)));
    return texts;
  }

  private LabeledText parse(Path file, int number, String line) {
    if (line.isEmpty()) {
      throw TextLines.wrong(file, number, "the line is empty. Take it out.");
    }
    int tab = line.indexOf('\t');
    if (tab < 0 || line.indexOf('\t', tab + 1) >= 0) {
      long columns = line.chars().filter(each -> each == '\t').count() + 1;
      throw TextLines.wrong(
          file, number, "has " + columns + " columns where 2 are expected: label, one tab, text.");
    }
    int label = GlueReader.labelIndex(file, number, line.substring(0, tab), labels);
    String text = line.substring(tab + 1);
    if (text.isBlank()) {
      throw TextLines.wrong(file, number, "the text is empty. Take the line out.");
    }
    return LabeledText.of(text, label);
  }
}
