package dev.retort.data;

import java.util.Arrays;

/** Rows of tokens one behind the other in one array, as they grow: four bytes a token. */
final class TokenPool {
  private int[] tokens = new int[1 << 12];
  private int[] starts = new int[1 << 8];
  private int rows;

  /** Adds a row. */
  void add(int[] row) {
    int from = starts[rows];
    int to = Math.addExact(from, row.length);
    if (to > tokens.length) {
      tokens = Arrays.copyOf(tokens, grown(tokens.length, to));
    }
    if (rows + 2 > starts.length) {
      starts = Arrays.copyOf(starts, grown(starts.length, rows + 2));
    }
    System.arraycopy(row, 0, tokens, from, row.length);
    starts[++rows] = to;
  }

  /** All tokens. */
  int[] tokens() {
    return Arrays.copyOf(tokens, starts[rows]);
  }

  /** Where each row begins, and where the last ends. */
  int[] starts() {
    return Arrays.copyOf(starts, rows + 1);
  }

  /** The next length of an array that grows: half as long again, at least what is needed. */
  static int grown(int length, int least) {
    return (int) Math.max(least, Math.min(length * 3L / 2, Integer.MAX_VALUE - 8));
  }
}
