package dev.retort.data.image;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of image files: the path from the table's folder, a tab, and more cells.
 *
 * @param file the table, plain or gzip
 * @param rows its lines
 */
record ListFile(Path file, ImmutableList<Row> rows) {
  private static final Splitter TABS = Splitter.on('\t');

  /**
   * One line.
   *
   * @param number from 1
   * @param image the file that it names
   * @param cells what stands after it
   */
  record Row(int number, Path image, List<String> cells) {}

  /**
   * Reads a table; a first line that begins with {@code file} or {@code path} is a header and
   * passed over.
   *
   * @param least the least cells after the path
   * @throws dev.retort.space.UserException if a line has fewer cells, or names a file that is
   *     missing or outside of the table's folder
   */
  static ListFile read(Path file, int least) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    List<Row> rows = new ArrayList<>();
    TextLines.read(file, (number, line) -> {
      List<String> cells = TABS.splitToList(line);
      if (number == 1 && (cells.get(0).equals("file") || cells.get(0).equals("path"))) {
        return;
      }
      if (cells.size() < 1 + least) {
        throw TextLines.wrong(
            file,
            number,
            "has " + cells.size() + " columns where " + (1 + least)
                + " are expected: the image's path, a tab, and what it shows.");
      }
      rows.add(new Row(
          number,
          image(file, number, folder == null ? file : folder, cells.get(0)),
          cells.subList(1, cells.size())));
    });
    if (rows.isEmpty()) {
      throw TextLines.wrong(file, "has a header but no image.");
    }
    return new ListFile(file, ImmutableList.copyOf(rows));
  }

  private static Path image(Path file, int number, Path folder, String cell) {
    Path image;
    try {
      image = folder.resolve(cell).normalize();
    } catch (InvalidPathException e) {
      throw TextLines.wrong(file, number, "the path '" + shorten(cell) + "' is none.");
    }
    if (!image.startsWith(folder) || image.equals(folder)) {
      throw TextLines.wrong(
          file,
          number,
          "the path '" + shorten(cell)
              + "' leads out of the list's folder. Give paths from there.");
    }
    if (!Files.isRegularFile(image)) {
      throw TextLines.wrong(
          file, number, "the file '" + shorten(cell) + "' is not in the list's folder.");
    }
    return image;
  }

  static String shorten(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
