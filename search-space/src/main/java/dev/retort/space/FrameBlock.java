package dev.retort.space;

import com.google.common.primitives.ImmutableIntArray;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of a frame: all sequences of its options, one for each layer, whose parameters are in
 * a range. They are in the order of their sequences, the first layer slowest.
 */
final class FrameBlock {
  private final int frame;
  private final int layers;
  private final ImmutableIntArray options;
  private final long rest;
  private final LayerSums sums;

  /** The least sum of the layers' parameters and the first that is too large. */
  private final long from;

  private final long below;

  /** Whether every sequence is in the range: then no table of sums is needed. */
  private final boolean whole;

  private final BigInteger count;

  /**
   * A block.
   *
   * @param options the options that a layer has, ascending
   * @param rest the parameters outside the layers
   * @param sums what each of the options adds to a layer
   */
  FrameBlock(
      int frame,
      int layers,
      ImmutableIntArray options,
      long rest,
      LayerSums sums,
      ParameterRange range) {
    this.frame = frame;
    this.layers = layers;
    this.options = options;
    this.rest = rest;
    this.sums = sums;
    this.from = Math.max(range.from() - rest, layers * sums.least());
    this.below = Math.min(range.below() - rest, layers * sums.most() + 1);
    this.whole = from == layers * sums.least() && below == layers * sums.most() + 1;
    this.count = whole
        ? BigInteger.valueOf(options.length()).pow(layers)
        : below <= from ? BigInteger.ZERO : sums.table(layers).between(from, below);
  }

  int frame() {
    return frame;
  }

  BigInteger count() {
    return count;
  }

  /** Number of members with fewer parameters. */
  BigInteger countBelow(long parameters) {
    long limit = parameters - rest;
    if (limit >= below) {
      return count;
    }
    return limit <= from ? BigInteger.ZERO : sums.table(layers).between(from, limit);
  }

  /** The options of the member of that number. */
  int[] get(BigInteger number) {
    int[] sequence = new int[layers];
    BigInteger left = number;
    long sum = 0;
    for (int layer = 0; layer < layers; layer++) {
      int choice = 0;
      if (whole) {
        BigInteger[] quotient = left.divideAndRemainder(ways(layer, 0, sum));
        choice = quotient[0].intValueExact();
        left = quotient[1];
      } else {
        BigInteger ways = ways(layer, choice, sum);
        while (left.compareTo(ways) >= 0) {
          left = left.subtract(ways);
          choice++;
          ways = ways(layer, choice, sum);
        }
      }
      sum += sums.part(choice);
      sequence[layer] = options.get(choice);
    }
    return sequence;
  }

  /** Whether a member has these options. */
  boolean contains(int[] sequence) {
    return choices(sequence) != null;
  }

  /** The positions of the options of a member, or null when it is no member. */
  private int @Nullable [] choices(int[] sequence) {
    if (sequence.length != layers) {
      return null;
    }
    int[] choices = new int[layers];
    long sum = 0;
    for (int layer = 0; layer < layers; layer++) {
      choices[layer] = position(sequence[layer]);
      if (choices[layer] < 0) {
        return null;
      }
      sum += sums.part(choices[layer]);
    }
    return sum < from || sum >= below ? null : choices;
  }

  /** The number of the member with these options, or null when it is no member. */
  @Nullable
  BigInteger find(int[] sequence) {
    int[] choices = choices(sequence);
    if (choices == null) {
      return null;
    }
    BigInteger number = BigInteger.ZERO;
    long sum = 0;
    for (int layer = 0; layer < layers; layer++) {
      if (whole) {
        number = number.add(ways(layer, 0, sum).multiply(BigInteger.valueOf(choices[layer])));
      } else {
        for (int choice = 0; choice < choices[layer]; choice++) {
          number = number.add(ways(layer, choice, sum));
        }
      }
      sum += sums.part(choices[layer]);
    }
    return number;
  }

  private int position(int option) {
    int low = 0;
    int high = options.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (options.get(middle) < option) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < options.length() && options.get(low) == option ? low : -1;
  }

  /** Members that go on with a choice in a layer after layers of that sum. */
  private BigInteger ways(int layer, int choice, long sum) {
    int after = layers - 1 - layer;
    if (whole) {
      return BigInteger.valueOf(options.length()).pow(after);
    }
    long taken = sum + sums.part(choice);
    return sums.table(after).between(from - taken, below - taken);
  }

  /** The parameters of the smallest member. */
  long fewest() {
    SumTable table = whole ? null : sums.table(layers);
    return rest + (table == null ? from : table.sums()[SumTable.lowerBound(table.sums(), from)]);
  }

  /** The parameters of the largest member. */
  long greatest() {
    SumTable table = whole ? null : sums.table(layers);
    return rest
        + (table == null ? below - 1 : table.sums()[SumTable.lowerBound(table.sums(), below) - 1]);
  }

  /** The options of the first member with that many parameters. */
  int[] first(long parameters) {
    int[] sequence = new int[layers];
    long left = parameters - rest;
    for (int layer = 0; layer < layers; layer++) {
      int after = layers - 1 - layer;
      int choice = 0;
      while (!reaches(after, left - sums.part(choice))) {
        choice++;
      }
      left -= sums.part(choice);
      sequence[layer] = options.get(choice);
    }
    return sequence;
  }

  private boolean reaches(int layers, long sum) {
    long least = layers * sums.least();
    long most = layers * sums.most();
    // The ends need no table, and they are what a space without a range asks for.
    return sum == least
        || sum == most
        || (sum > least && sum < most && sums.table(layers).contains(sum));
  }

  @Override
  public String toString() {
    return "frame " + frame + ": " + layers + " layers of " + Arrays.toString(options.toArray());
  }
}
