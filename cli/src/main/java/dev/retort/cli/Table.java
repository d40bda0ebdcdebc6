package dev.retort.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of plain text: a line of headings, then rows, columns parted by two spaces. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * A table.
   *
   * @param headings one a column; a column whose heading begins with {@code >} is set to the right
   */
  Table(String... headings) {
    right = new boolean[headings.length];
    String[] first = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      first[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    rows.add(first);
  }

  /** Adds a row. */
  Table row(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(
          right.length + " columns, but (" + Arrays.toString(cells) + ")");
    }
    rows.add(cells);
    return this;
  }

  /** Prints it, each line begun with an indent. */
  void print(PrintWriter out, String indent) {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < row.length; i++) {
        String space = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? "" : "  ").append(right[i] ? space + row[i] : row[i] + space);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
