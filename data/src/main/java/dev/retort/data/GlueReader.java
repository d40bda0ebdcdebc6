package dev.retort.data;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads GLUE's TSV files: columns between tabs, no quoting (a {@code "} is an ordinary character).
 *
 * <p>Strict: every line has as many columns as the header, every label is one of the task's, no
 * single text is empty and no pair is empty on both sides (the published QQP has pairs that are
 * empty on one).
 */
final class GlueReader {
  private static final Splitter TABS = Splitter.on('\t');

  /** CoLA's train and dev files: source, label, the author's mark, sentence. */
  private static final Layout COLA = new Layout(4, 3, -1, 1);

  /** Where things stand in a line; -1: nowhere. */
  private record Layout(int columns, int first, int second, int label) {}

  private final GlueTask task;
  private final Path file;
  private final List<LabeledText> texts = new ArrayList<>();
  private @Nullable Layout layout;

  private GlueReader(GlueTask task, Path file) {
    this.task = task;
    this.file = file;
  }

  /**
   * Reads a file; labels are NaN where the file has no label column.
   *
   * @throws dev.retort.space.UserException for anything that is not as it should be
   */
  static List<LabeledText> read(GlueTask task, Path file) {
    GlueReader reader = new GlueReader(task, file);
    TextLines.read(file, reader::line);
    if (reader.texts.isEmpty()) {
      throw TextLines.wrong(file, "has a header but no example.");
    }
    return reader.texts;
  }

  private void line(int number, String line) {
    if (line.isEmpty()) {
      throw TextLines.wrong(file, number, "the line is empty. Take it out.");
    }
    List<String> cells = TABS.splitToList(line);
    if (layout == null) {
      if (task != GlueTask.COLA || isColaTestHeader(cells)) {
        layout = header(cells);
        return;
      }
      layout = COLA;
    }
    texts.add(example(number, cells, layout));
  }

  private static boolean isColaTestHeader(List<String> cells) {
    return cells.equals(ImmutableList.of("index", "sentence"));
  }

  private Layout header(List<String> names) {
    int first = column(names, task.firstColumn(), true);
    String secondName = task.secondColumn();
    int second = secondName == null ? -1 : column(names, secondName, true);
    return new Layout(names.size(), first, second, column(names, task.labelColumn(), false));
  }

  private int column(List<String> names, String wanted, boolean required) {
    int at = names.indexOf(wanted);
    if (at < 0 && required) {
      throw TextLines.wrong(
          file,
          1,
          "the header has no column '"
              + wanted
              + "' (found: "
              + shorten(String.join(", ", names))
              + "). Is this a file of "
              + task.name()
              + "?");
    }
    if (at != names.lastIndexOf(wanted)) {
      throw TextLines.wrong(file, 1, "the header has the column '" + wanted + "' twice.");
    }
    return at;
  }

  private LabeledText example(int number, List<String> cells, Layout at) {
    if (cells.size() != at.columns()) {
      throw TextLines.wrong(
          file,
          number,
          "has "
              + cells.size()
              + " columns where "
              + at.columns()
              + " are expected. Columns are separated by one tab each and nothing is quoted.");
    }
    String first = cells.get(at.first());
    String second = at.second() < 0 ? null : cells.get(at.second());
    if (first.isBlank() && (second == null || second.isBlank())) {
      throw TextLines.wrong(file, number, "the text is empty. Take the line out.");
    }
    float label = at.label() < 0 ? Float.NaN : label(number, cells.get(at.label()));
    return new LabeledText(first, second, label);
  }

  private float label(int number, String cell) {
    if (task.regression()) {
      return score(number, cell);
    }
    return labelIndex(file, number, cell, task.labels());
  }

  /** The index of a label among those allowed. */
  static int labelIndex(Path file, int number, String cell, ImmutableList<String> allowed) {
    int index = allowed.indexOf(cell);
    if (index < 0) {
      throw TextLines.wrong(
          file,
          number,
          "the label '" + shorten(cell) + "' is unknown. Allowed: " + listed(allowed) + ".");
    }
    return index;
  }

  private float score(int number, String cell) {
    // Not what else Float.parseFloat takes: NaN, 0x1p3, 1f, blanks.
    if (cell.matches("[0-9]{1,3}(\\.[0-9]{1,20})?")) {
      float score = Float.parseFloat(cell);
      if (score <= GlueTask.HIGHEST_SCORE) {
        return score;
      }
    }
    throw TextLines.wrong(
        file, number, "the score '" + shorten(cell) + "' is not a number from 0 to 5.");
  }

  private static String listed(ImmutableList<String> labels) {
    int shown = Math.min(labels.size(), 20);
    String list = String.join(", ", labels.subList(0, shown));
    return shown == labels.size() ? list : list + " and " + (labels.size() - shown) + " more";
  }

  private static String shorten(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
