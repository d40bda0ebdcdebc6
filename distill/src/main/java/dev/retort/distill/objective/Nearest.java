package dev.retort.distill.objective;

import java.util.Collection;
import java.util.Comparator;

/** The known name that a wrong name was probably meant to be. */
final class Nearest {
  private Nearest() {}

  /** A sentence part such as {@code ; did you mean kd?}, or nothing where none is near. */
  static String hint(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(name, each)))
        .filter(each -> distance(name, each) <= Math.max(2, name.length() / 3))
        .map(each -> "; did you mean " + each + "?")
        .orElse("");
  }

  /** Levenshtein's distance: the least number of inserted, removed and changed characters. */
  static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
