package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The name that a mistyped one was probably meant to be, by the optimal string alignment distance:
 * the fewest letters added, dropped, changed or swapped with their neighbour. Case does not count,
 * and {@code _} is {@code -}.
 */
public final class NearestName {
  /** Enough for any model; a hostile file has more, and gets no advice. */
  private static final int MOST_NAMES = 4096;

  private static final int LONGEST = 200;

  private NearestName() {}

  /**
   * The known name nearest to what was found, the first of equals; none where all are further away
   * than a third of the longer name's letters (and 2), or share nothing with it.
   */
  public static Optional<String> of(String found, Collection<String> known) {
    String wanted = plain(found);
    return near(found, known)
        .map(name -> new Near(name, distance(wanted, plain(name))))
        .filter(near -> {
          int longer = Math.max(wanted.length(), near.name().length());
          return near.distance() <= Math.max(2, longer / 3) && near.distance() < longer;
        })
        .min(Comparator.comparingInt(Near::distance))
        .map(Near::name);
  }

  /** {@code ; did you mean NAME?} or nothing. */
  public static String advice(String found, Collection<String> known) {
    return of(found, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /** The known names that are nearest, however far, at most so many, the nearest first. */
  public static ImmutableList<String> several(String found, Collection<String> known, int most) {
    String wanted = plain(found);
    return near(found, known)
        .map(name -> new Near(name, distance(wanted, plain(name))))
        .sorted(Comparator.comparingInt(Near::distance))
        .limit(most)
        .map(Near::name)
        .collect(ImmutableList.toImmutableList());
  }

  private record Near(String name, int distance) {}

  /** The names that are looked at. */
  private static Stream<String> near(String found, Collection<String> known) {
    return found.length() > LONGEST
        ? Stream.of()
        : known.stream().limit(MOST_NAMES).filter(name -> name.length() <= LONGEST);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

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
