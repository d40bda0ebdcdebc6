package dev.retort.space;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each layer of a stage may choose.
 *
 * @param kept the options, ascending; of those that make the same layer only the first
 * @param positions for each of all options the position among these of the one that it is or is
 *     the same as, or -1
 * @param signs what the architecture says of a layer that takes each of those kept
 */
record LayerOptions(ImmutableIntArray kept, ImmutableIntArray positions, List<Sign> signs) {

  /** Takes options in ascending order. */
  static final class Builder {
    private final ImmutableIntArray.Builder kept = ImmutableIntArray.builder();
    private final List<Sign> signs = new ArrayList<>();
    private final int[] positions;

    /** A builder where there are so many options. */
    Builder(int options) {
      positions = new int[options];
      Arrays.fill(positions, -1);
    }

    /** Adds an option. */
    void add(int option, Sign sign) {
      int same = signs.indexOf(sign);
      if (same < 0) {
        same = signs.size();
        signs.add(sign);
        kept.add(option);
      }
      positions[option] = same;
    }

    LayerOptions build() {
      return new LayerOptions(
          kept.build(), ImmutableIntArray.copyOf(positions), List.copyOf(signs));
    }
  }

  int size() {
    return kept.length();
  }

  /** The option at a position. */
  int get(int position) {
    return kept.get(position);
  }

  /** The position of an option or of the one that makes the same layer, or -1. */
  int position(int option) {
    return positions.get(option);
  }

  /** The option that makes such a layer, or -1. */
  int find(Sign sign) {
    int position = signs.indexOf(sign);
    return position < 0 ? -1 : kept.get(position);
  }
}
