package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one stage may be: each of its options with every sequence of what its layers may choose
 * then, numbered by the option and then by the layers, the first layer slowest.
 */
final class StageBlock {
  /**
   * An option of the stage.
   *
   * @param option its number among the stage's options
   * @param depth the layers that the stage then has
   * @param slots how many of them choose: all or, where layers choose nothing, none
   * @param layers the options that each of these layers has, ascending
   */
  private record Part(int option, int depth, int slots, ImmutableIntArray layers) {
    BigInteger count() {
      return BigInteger.valueOf(layers.length()).pow(slots);
    }
  }

  /** Ascending by option. */
  private final ImmutableList<Part> parts;

  /** For each part the number of sequences before it, and last that of all. */
  private final BigInteger[] before;

  private StageBlock(ImmutableList<Part> parts) {
    this.parts = parts;
    this.before = new BigInteger[parts.size() + 1];
    before[0] = BigInteger.ZERO;
    for (int i = 0; i < parts.size(); i++) {
      before[i + 1] = before[i].add(parts.get(i).count());
    }
  }

  /** Takes options in ascending order. */
  static final class Builder {
    private final ImmutableList.Builder<Part> parts = ImmutableList.builder();

    /** Adds an option, unless there is nothing its layers may choose. */
    void add(int option, int depth, int slots, ImmutableIntArray layers) {
      if (!layers.isEmpty()) {
        parts.add(new Part(option, depth, slots, layers));
      }
    }

    StageBlock build() {
      return new StageBlock(parts.build());
    }
  }

  /** Builders for so many stages. */
  static ImmutableList<Builder> builders(int stages) {
    return IntStream.range(0, stages)
        .mapToObj(stage -> new Builder())
        .collect(ImmutableList.toImmutableList());
  }

  BigInteger count() {
    return before[parts.size()];
  }

  private @Nullable Part part(int option) {
    for (Part part : parts) {
      if (part.option == option) {
        return part;
      }
    }
    return null;
  }

  /** The layers that an option of the stage gives it; negative when there is no such option. */
  int depth(int option) {
    Part part = part(option);
    return part == null ? -1 : part.depth;
  }

  /** The layers that choose under an option; negative when there is no such option. */
  int slots(int option) {
    Part part = part(option);
    return part == null ? -1 : part.slots;
  }

  /** What the stage and its layers choose. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Choice(int option, int[] layers) {}

  /** The choice of that number, from 0 to below the count. */
  Choice get(BigInteger number) {
    int found = Arrays.binarySearch(before, number);
    int position = found >= 0 ? found : -found - 2;
    Part part = parts.get(position);
    int[] layers = new int[part.slots];
    BigInteger left = number.subtract(before[position]);
    BigInteger base = BigInteger.valueOf(part.layers.length());
    for (int layer = part.slots - 1; layer >= 0; layer--) {
      BigInteger[] quotient = left.divideAndRemainder(base);
      layers[layer] = part.layers.get(quotient[1].intValue());
      left = quotient[0];
    }
    return new Choice(part.option, layers);
  }

  /**
   * The number of a choice, or null when it is none of the stage's.
   *
   * @param options what all layers of the network chose
   * @param first the first of this stage's among them
   */
  @Nullable
  BigInteger find(int option, int[] options, int first) {
    for (int position = 0; position < parts.size(); position++) {
      Part part = parts.get(position);
      if (part.option == option) {
        return number(part, before[position], options, first);
      }
    }
    return null;
  }

  private static @Nullable BigInteger number(
      Part part, BigInteger before, int[] options, int first) {
    if (first + part.slots > options.length) {
      return null;
    }
    BigInteger number = BigInteger.ZERO;
    BigInteger base = BigInteger.valueOf(part.layers.length());
    for (int layer = first; layer < first + part.slots; layer++) {
      int choice = part.layers.indexOf(options[layer]);
      if (choice < 0) {
        return null;
      }
      number = number.multiply(base).add(BigInteger.valueOf(choice));
    }
    return number.add(before);
  }

  /**
   * The choice whose dimensions all have their least, or all their greatest, number; where
   * constraints leave it out, the one whose numbers have the least, or greatest, ranks together.
   */
  Choice end(boolean least, Combinations stages, Combinations layers) {
    Part best = parts.get(0);
    for (Part part : parts) {
      int rank = stages.rank(part.option) - stages.rank(best.option);
      best = (least ? rank < 0 : rank > 0) ? part : best;
    }
    int chosen = best.layers.get(0);
    for (int i = 1; i < best.layers.length(); i++) {
      int rank = layers.rank(best.layers.get(i)) - layers.rank(chosen);
      chosen = (least ? rank < 0 : rank > 0) ? best.layers.get(i) : chosen;
    }
    int[] all = new int[best.slots];
    Arrays.fill(all, chosen);
    return new Choice(best.option, all);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StageBlock that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }
}
