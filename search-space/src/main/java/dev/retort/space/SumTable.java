package dev.retort.space;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * How many ways there are to reach each sum.
 *
 * @param sums the sums that can be reached, ascending
 * @param below for each sum the number of ways to reach a smaller one, and last that of all ways
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and never handed out of the package.
record SumTable(long[] sums, BigInteger[] below) {

  /** Number of ways to a sum from {@code from} to below {@code limit}. */
  BigInteger between(long from, long limit) {
    return limit <= from
        ? BigInteger.ZERO
        : below[lowerBound(sums, limit)].subtract(below[lowerBound(sums, from)]);
  }

  boolean contains(long sum) {
    return Arrays.binarySearch(sums, sum) >= 0;
  }

  /** Position of the first number of an ascending list that is at least {@code value}. */
  static int lowerBound(long[] ascending, long value) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
