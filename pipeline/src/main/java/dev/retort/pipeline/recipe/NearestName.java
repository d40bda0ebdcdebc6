package dev.retort.pipeline.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that a mistyped one was probably meant to be. */
final class NearestName {
  private NearestName() {}

  /**
   * The allowed name nearest to what was found: the fewest letters added, dropped, changed or
   * swapped with their neighbour, at most a third of the longer name's letters (and at least 2).
   */
  static Optional<String> of(String found, Collection<String> allowed) {
    if (found.length() > 64) {
      return Optional.empty();
    }
    String lower = found.toLowerCase(Locale.ROOT).replace('_', '-');
    return allowed.stream()
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT))
            <= Math.max(2, Math.max(lower.length(), name.length()) / 3))
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT))
            < Math.max(lower.length(), name.length()))
        .min(Comparator.comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT))));
  }

  /** {@code ; did you mean NAME?} or nothing. */
  static String advice(String found, Collection<String> allowed) {
    return of(found, allowed).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /** Optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
