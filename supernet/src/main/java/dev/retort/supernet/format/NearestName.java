package dev.retort.supernet.format;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The name that is meant by a wrong one: least Levenshtein distance, the first of equals. */
final class NearestName {
  /** Enough for any model; a hostile file has more, and gets no advice. */
  private static final int MOST_CANDIDATES = 4096;

  private static final int LONGEST = 200;

  private NearestName() {}

  /** The nearest of the candidates, or null when none is nearer than half of the name. */
  static @Nullable String of(String name, Collection<String> candidates) {
    if (name.length() > LONGEST) {
      return null;
    }
    String nearest = null;
    int least = name.length() / 2 + 1;
    int seen = 0;
    for (String each : candidates) {
      if (++seen > MOST_CANDIDATES) {
        break;
      }
      if (each.length() <= LONGEST && Math.abs(each.length() - name.length()) < least) {
        int distance = distance(name, each);
        if (distance < least) {
          least = distance;
          nearest = each;
        }
      }
    }
    return nearest;
  }

  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swapped = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swapped, Math.min(before[j], row[j - 1]) + 1);
      }
      int[] spare = before;
      before = row;
      row = spare;
    }
    return before[b.length()];
  }
}
