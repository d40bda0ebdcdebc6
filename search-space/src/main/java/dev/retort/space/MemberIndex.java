package dev.retort.space;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers the members of a space, from 0, in the order of its enumeration. */
sealed interface MemberIndex permits FlatIndex, LayeredIndex, StagedIndex, ListedIndex {

  /** Number of members. */
  BigInteger count();

  /** Number of members with fewer parameters. */
  BigInteger countBelow(long parameters);

  /** The place of the member of that number, which must be from 0 to below the count. */
  Place get(BigInteger number);

  /** The number of the member at a place, or null when it is no member's. */
  @Nullable
  BigInteger find(Place place);

  /** Whether a place is a member's; cheaper than its number. */
  default boolean contains(Place place) {
    return find(place) != null;
  }

  /** The place of the first member with the fewest parameters. */
  Place smallest();

  /** The place of the first member with the most parameters. */
  Place largest();
}
