package dev.retort.space;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of each member of a space, counted one by one. That is done once and when it is
 * first asked for.
 */
final class ParameterCounts {
  /** The most members whose parameters are counted one by one. */
  static final int MOST = 2_000_000;

  private final StagedGrid grid;
  private final StagedIndex index;
  private long @Nullable [] inOrder;
  private long @Nullable [] ascending;

  ParameterCounts(StagedGrid grid, StagedIndex index) {
    this.grid = grid;
    this.index = index;
  }

  /**
   * The parameters of each member, in the members' order. Not to be written to.
   *
   * @throws IllegalArgumentException when there are too many
   */
  synchronized long[] inOrder() {
    if (inOrder == null) {
      if (index.count().compareTo(BigInteger.valueOf(MOST)) > 0) {
        throw new IllegalArgumentException("A space of " + index.count() + " members whose stages"
            + " differ cannot be cut or counted by parameters: that takes counting each, for at"
            + " most " + MOST + ". Give the sub-spaces explicitly, by their dimensions");
      }
      // Each number has its place, so the order in which threads come to them leaves no trace.
      inOrder = IntStream.range(0, index.count().intValueExact())
          .parallel()
          .mapToLong(number -> grid.parameters(index.get(BigInteger.valueOf(number))))
          .toArray();
    }
    return inOrder;
  }

  /** How many members have fewer parameters. */
  synchronized int below(long parameters) {
    if (ascending == null) {
      ascending = inOrder().clone();
      Arrays.sort(ascending);
    }
    return SumTable.lowerBound(ascending, parameters);
  }

  /** The number of the first member with the fewest, or the most, parameters. */
  int first(boolean fewest) {
    long[] all = inOrder();
    int best = 0;
    for (int i = 1; i < all.length; i++) {
      best = (fewest ? all[i] < all[best] : all[i] > all[best]) ? i : best;
    }
    return best;
  }
}
