package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.math.BigInteger;
import java.util.Arrays;

/** Finds the parameter counts at which a space is cut into groups of comparable size. */
final class ParameterCuts {
  private final SearchSpace space;
  private final int groups;
  private final long least;
  private final long most;

  ParameterCuts(SearchSpace space, int groups) {
    this.space = space;
    this.groups = groups;
    Architecture smallest = space.smallest();
    Architecture largest = space.largest();
    this.least = space.family().parameters(smallest);
    this.most = space.family().parameters(largest);
  }

  /** The cuts, ascending: a group holds what is below its cut and not below the one before. */
  ImmutableList<Long> find() {
    long[] cuts = new long[groups - 1];
    long floor = least;
    for (int i = 0; i < cuts.length; i++) {
      BigInteger target =
          space.count().multiply(BigInteger.valueOf(i + 1L)).divide(BigInteger.valueOf(groups));
      cuts[i] = Math.max(nearest(target), next(floor));
      floor = cuts[i];
    }
    long ceiling = most + 1;
    for (int i = cuts.length - 1; i >= 0; i--) {
      // The last group needs a count of its own below its end, and so on down to the first.
      long highest = previous(ceiling);
      if (highest <= least) {
        throw new IllegalArgumentException("The space cannot be cut into " + groups
            + " parts by parameters: its members have fewer different parameter counts");
      }
      cuts[i] = Math.min(cuts[i], highest);
      ceiling = cuts[i];
    }
    return Arrays.stream(cuts).boxed().collect(ImmutableList.toImmutableList());
  }

  /** The member's parameter count below which there are as many members as nearest to a target. */
  private long nearest(BigInteger target) {
    long above = reaching(target);
    long at = above - 1;
    BigInteger over = space.countBelow(above).subtract(target);
    BigInteger under = target.subtract(space.countBelow(at));
    return under.compareTo(over) <= 0 ? at : next(at);
  }

  /** The least member's parameter count above one, or one above the most. */
  private long next(long count) {
    if (count >= most) {
      return most + 1;
    }
    return reaching(space.countBelow(count + 1).add(BigInteger.ONE)) - 1;
  }

  /** The greatest member's parameter count below one that some member is below. */
  private long previous(long count) {
    BigInteger below = space.countBelow(count);
    return below.signum() == 0 ? least : reaching(below) - 1;
  }

  /** The least count below which there are at least so many members, from 1 to all. */
  private long reaching(BigInteger members) {
    long low = least;
    long high = most + 1;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (space.countBelow(middle).compareTo(members) >= 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
