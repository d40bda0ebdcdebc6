package dev.retort.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In how many ways layers, each of which chooses one of the same parts, reach each sum of parts:
 * one table for each number of layers, each made from the one before.
 */
final class LayerSums {
  /** Distinct sums that a table may have. Evenly stepped choices stay far below. */
  private static final int MOST_SUMS = 1_000_000;

  private final long[] parts;
  private final int mostSums;
  private final long least;
  private final long most;
  private final List<SumTable> tables = new ArrayList<>();

  LayerSums(long[] parts) {
    this(parts, MOST_SUMS);
  }

  LayerSums(long[] parts, int mostSums) {
    this.mostSums = mostSums;
    this.parts = parts.clone();
    this.least = Arrays.stream(parts).min().orElseThrow();
    this.most = Arrays.stream(parts).max().orElseThrow();
    tables.add(new SumTable(new long[] {0}, new BigInteger[] {BigInteger.ZERO, BigInteger.ONE}));
  }

  /** Number of parts to choose from. */
  int size() {
    return parts.length;
  }

  long part(int choice) {
    return parts[choice];
  }

  long least() {
    return least;
  }

  long most() {
    return most;
  }

  /** The table for so many layers. */
  synchronized SumTable table(int layers) {
    while (tables.size() <= layers) {
      tables.add(extend(tables.get(tables.size() - 1)));
    }
    return tables.get(layers);
  }

  private SumTable extend(SumTable table) {
    Map<Long, BigInteger> ways = new HashMap<>();
    for (int i = 0; i < table.sums().length; i++) {
      BigInteger count = table.below()[i + 1].subtract(table.below()[i]);
      for (long part : parts) {
        ways.merge(table.sums()[i] + part, count, BigInteger::add);
      }
      if (ways.size() > mostSums) {
        throw new IllegalArgumentException("The layers of this space can have more than " + mostSums
            + " different parameter counts, too many to count a range of them exactly: use"
            + " fewer or evenly stepped choices for the dimensions that vary by layer");
      }
    }
    long[] sums = ways.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    BigInteger[] below = new BigInteger[sums.length + 1];
    below[0] = BigInteger.ZERO;
    for (int i = 0; i < sums.length; i++) {
      below[i + 1] = below[i].add(ways.getOrDefault(sums[i], BigInteger.ZERO));
    }
    return new SumTable(sums, below);
  }
}
