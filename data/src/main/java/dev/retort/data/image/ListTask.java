package dev.retort.data.image;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Task;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Images named by a list: {@code path<TAB>class} a line, paths from the list's folder; a header
 * that begins with {@code file} or {@code path} and further columns are passed over.
 *
 * <p>A part is a list {@code train.tsv}, {@code dev.tsv} (or {@code val}, {@code valid},
 * {@code validation}), {@code test.tsv} or {@code labels.tsv}, which counts as test; also with
 * {@code .gz}. A class is its name, or its index from 0. Names stand in {@code classes.txt}, one a
 * line, or in {@code classes.tsv} after the index, whose header is passed over. Without such a file
 * the classes are the names in all lists, sorted, or 0 to the greatest index.
 *
 * @param labels the names of the classes
 */
public record ListTask(ImmutableList<String> labels) implements ImageTask {
  /** The name of such a task. */
  static final String NAME = "image-list";

  /** The most classes. */
  static final int MOST_CLASSES = 1 << 20;

  private static final Splitter TABS = Splitter.on('\t');

  /** Checks the classes. */
  public ListTask {
    if (labels.size() < 2 || labels.stream().distinct().count() != labels.size()) {
      throw new IllegalArgumentException(
          "two or more different classes are needed (" + labels.size() + ")");
    }
  }

  /**
   * Finds the classes.
   *
   * @throws UserException if they cannot be read, or are not two or more
   */
  public static ListTask open(Path folder) {
    Path table = SplitFiles.folder(folder).resolve("classes.tsv");
    Path names = folder.resolve("classes.txt");
    ImmutableList<String> labels;
    if (Files.isRegularFile(table)) {
      labels = table(table);
    } else if (Files.isRegularFile(names)) {
      labels = names(names);
    } else {
      labels = found(folder);
    }
    if (labels.size() < 2) {
      throw TextLines.wrong(
          folder, "has " + labels.size() + " classes in its lists. Two or more are needed.");
    }
    return new ListTask(labels);
  }

  private static ImmutableList<String> names(Path file) {
    List<String> labels = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    TextLines.read(file, (number, line) -> add(file, number, line, labels, lines));
    return ImmutableList.copyOf(labels);
  }

  private static ImmutableList<String> table(Path file) {
    List<String> labels = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    TextLines.read(file, (number, line) -> {
      List<String> cells = TABS.splitToList(line);
      if (number == 1 && index(cells.get(0)) < 0) {
        return;
      }
      if (cells.size() < 2 || index(cells.get(0)) != labels.size()) {
        throw TextLines.wrong(
            file, number, "the index " + labels.size() + ", a tab and a name are expected.");
      }
      // Names of ImageNet are not all different; with the wnid before them they are.
      add(file, number, String.join(" ", cells.subList(1, cells.size())), labels, lines);
    });
    return ImmutableList.copyOf(labels);
  }

  private static void add(
      Path file, int number, String label, List<String> labels, Map<String, Integer> lines) {
    Integer before = lines.putIfAbsent(label, number);
    if (label.isBlank() || before != null || labels.size() == MOST_CLASSES) {
      throw TextLines.wrong(
          file,
          number,
          before != null
              ? "the class '" + ListFile.shorten(label) + "' stands in line " + before + " already."
              : "a class is expected, not empty: one a line, at most " + MOST_CLASSES + ".");
    }
    labels.add(label);
  }

  private static ImmutableList<String> found(Path folder) {
    TreeSet<String> names = new TreeSet<>();
    int greatest = -1;
    boolean indices = true;
    for (Task.Split split : Task.Split.values()) {
      Path file = list(folder, split);
      if (file != null) {
        for (ListFile.Row row : ListFile.read(file, 1).rows()) {
          names.add(row.cells().get(0));
          int index = index(row.cells().get(0));
          indices &= index >= 0;
          greatest = Math.max(greatest, index);
        }
      }
    }
    if (!indices) {
      return ImmutableList.copyOf(names);
    }
    ImmutableList.Builder<String> numbers = ImmutableList.builder();
    for (int i = 0; i <= greatest; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers.build();
  }

  /** The index that a cell is; -1 if it is none. */
  private static int index(String cell) {
    if (!cell.matches("0|[1-9][0-9]{0,6}")) {
      return -1;
    }
    int index = Integer.parseInt(cell);
    return index < MOST_CLASSES ? index : -1;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.photo(224, Filter.BILINEAR, PixelScaling.IMAGENET);
  }

  @Override
  public boolean has(Path folder, Task.Split split) {
    return list(folder, split) != null;
  }

  @Override
  public Dataset<ImageExample> read(Path folder, Task.Split split, Preprocessing preprocessing) {
    Path file = list(SplitFiles.folder(folder), split);
    if (file == null) {
      throw TextLines.wrong(
          folder,
          "has no list " + String.join(".tsv or ", SplitFiles.words(split)) + ".tsv (also .gz"
              + (split == Task.Split.TEST ? ", or labels.tsv)." : ")."));
    }
    ListFile list = ListFile.read(file, 1);
    Map<String, Integer> byName = new HashMap<>();
    for (String label : labels) {
      byName.put(label, byName.size());
    }
    int[] categories =
        list.rows().stream().mapToInt(row -> category(file, row, byName)).toArray();
    ImmutableList<Path> images =
        list.rows().stream().map(ListFile.Row::image).collect(ImmutableList.toImmutableList());
    return new ImageDataset(new ImageFiles(images, categories, labels.size()), preprocessing);
  }

  private int category(Path file, ListFile.Row row, Map<String, Integer> byName) {
    String cell = row.cells().get(0);
    Integer named = byName.get(cell);
    int index = named == null ? index(cell) : named;
    if (index < 0 || index >= labels.size()) {
      throw TextLines.wrong(
          file,
          row.number(),
          "the class '" + ListFile.shorten(cell) + "' is unknown. Allowed: a name of the "
              + labels.size() + " classes, or 0 to " + (labels.size() - 1) + ".");
    }
    return index;
  }

  private static @Nullable Path list(Path folder, Task.Split split) {
    List<String> names = new ArrayList<>(SplitFiles.words(split));
    if (split == Task.Split.TEST) {
      names.add("labels");
    }
    for (String name : names) {
      for (String ending : new String[] {".tsv", ".tsv.gz"}) {
        Path file = folder.resolve(name + ending);
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return NAME;
  }
}
