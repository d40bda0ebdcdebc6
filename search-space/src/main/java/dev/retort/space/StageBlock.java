package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one stage may be: each of its options with every sequence of what its layers may choose
 * then, numbered by the option and then by the layers, the first layer slowest.
 *
 * <p>Of choices that make the same stage, or the same layer, the first stands for all.
 */
final class StageBlock {
  /** Ascending by option. */
  private final ImmutableList<Part> parts;

  /** The position of the part that stands for each of the stage's options, or -1. */
  private final ImmutableIntArray positions;

  /** For each part the number of sequences before it, and last that of all. */
  private final BigInteger[] before;

  /**
   * An option of the stage.
   *
   * @param option its number among the stage's options
   * @param sign what the architecture says of a stage that takes it
   * @param depth the layers that the stage then has
   * @param slots how many of them choose: all or, where layers choose nothing, none
   * @param layers what each of these may choose
   */
  record Part(int option, Sign sign, int depth, int slots, LayerOptions layers) {
    BigInteger count() {
      return BigInteger.valueOf(layers.size()).pow(slots);
    }
  }

  /** What a stage and its layers choose. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Choice(int option, int[] layers) {}

  /**
   * A stage.
   *
   * @param options number of the stage's options
   * @param all an option each, ascending; those left out are not members'
   */
  StageBlock(int options, ImmutableList<Part> all) {
    int[] found = new int[options];
    Arrays.fill(found, -1);
    ImmutableList.Builder<Part> kept = ImmutableList.builder();
    int count = 0;
    for (Part part : all) {
      int same = 0;
      while (!all.get(same).sign.equals(part.sign)) {
        same++;
      }
      boolean first = all.get(same) == part;
      if (first) {
        kept.add(part);
      }
      found[part.option] = first ? count++ : found[all.get(same).option];
    }
    this.parts = kept.build();
    this.positions = ImmutableIntArray.copyOf(found);
    this.before = new BigInteger[parts.size() + 1];
    before[0] = BigInteger.ZERO;
    for (int i = 0; i < parts.size(); i++) {
      before[i + 1] = before[i].add(parts.get(i).count());
    }
  }

  BigInteger count() {
    return before[parts.size()];
  }

  /** The part that an option makes, or null. */
  @Nullable
  Part part(int option) {
    return positions.get(option) < 0 ? null : parts.get(positions.get(option));
  }

  /** The part that an architecture's stage is, or null. */
  @Nullable
  Part part(Sign sign) {
    for (Part part : parts) {
      if (part.sign.equals(sign)) {
        return part;
      }
    }
    return null;
  }

  /** The choice of that number, from 0 to below the count. */
  Choice get(BigInteger number) {
    int found = Arrays.binarySearch(before, number);
    int position = found >= 0 ? found : -found - 2;
    Part part = parts.get(position);
    int[] layers = new int[part.slots];
    BigInteger left = number.subtract(before[position]);
    BigInteger base = BigInteger.valueOf(part.layers.size());
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
    Part part = part(option);
    if (part == null || first + part.slots > options.length) {
      return null;
    }
    BigInteger number = BigInteger.ZERO;
    BigInteger base = BigInteger.valueOf(part.layers.size());
    for (int layer = first; layer < first + part.slots; layer++) {
      int choice = part.layers.position(options[layer]);
      if (choice < 0) {
        return null;
      }
      number = number.multiply(base).add(BigInteger.valueOf(choice));
    }
    return number.add(before[positions.get(option)]);
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
    for (int i = 1; i < best.layers.size(); i++) {
      int rank = layers.rank(best.layers.get(i)) - layers.rank(chosen);
      chosen = (least ? rank < 0 : rank > 0) ? best.layers.get(i) : chosen;
    }
    int[] all = new int[best.slots];
    Arrays.fill(all, chosen);
    return new Choice(best.option, all);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StageBlock that
        && parts.equals(that.parts)
        && positions.equals(that.positions);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }
}
