package dev.retort.space;

import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a space whose layers choose for themselves: by frame a block of members, numbered
 * without being listed.
 */
final class LayeredIndex implements MemberIndex {
  private final List<FrameBlock> blocks = new ArrayList<>();

  /** For each block the number of members before it, and last that of all. */
  private final List<BigInteger> before = new ArrayList<>(List.of(BigInteger.ZERO));

  LayeredIndex(Grid grid, LayeredFamily family, ParameterRange range) {
    Map<ImmutableIntArray, ImmutableIntArray> lists = new HashMap<>();
    Map<ImmutableLongArray, LayerSums> sums = new HashMap<>();
    for (int frame = 0; frame < grid.frames(); frame++) {
      ImmutableIntArray.Builder options = ImmutableIntArray.builder();
      ImmutableLongArray.Builder parts = ImmutableLongArray.builder();
      int layers = 0;
      long rest = 0;
      Map<String, Value> values = grid.values(frame);
      for (int option = 0; values != null && option < grid.options(); option++) {
        Architecture uniform = grid.uniform(values, option);
        if (uniform != null) {
          long part = family.layerParameters(uniform, 0);
          options.add(option);
          parts.add(part);
          if (layers == 0) { // what is outside the layers does not depend on their options
            layers = uniform.layers();
            rest = family.parameters(uniform) - layers * part;
          }
        }
      }
      if (layers > 0) {
        FrameBlock block = new FrameBlock(
            frame,
            layers,
            lists.computeIfAbsent(options.build(), list -> list),
            rest,
            sums.computeIfAbsent(parts.build(), list -> new LayerSums(list.toArray())),
            range);
        if (block.count().signum() > 0) {
          blocks.add(block);
          before.add(before.get(before.size() - 1).add(block.count()));
        }
      }
    }
  }

  @Override
  public BigInteger count() {
    return before.get(blocks.size());
  }

  @Override
  public BigInteger countBelow(long parameters) {
    BigInteger count = BigInteger.ZERO;
    for (FrameBlock block : blocks) {
      count = count.add(block.countBelow(parameters));
    }
    return count;
  }

  @Override
  public Place get(BigInteger number) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before.get(middle).compareTo(number) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    FrameBlock block = blocks.get(low);
    return new Place(block.frame(), block.get(number.subtract(before.get(low))));
  }

  @Override
  public @Nullable BigInteger find(Place place) {
    int block = block(place);
    BigInteger number = block < 0 ? null : blocks.get(block).find(place.options());
    return number == null ? null : number.add(before.get(block));
  }

  @Override
  public boolean contains(Place place) {
    int block = block(place);
    return block >= 0 && blocks.get(block).contains(place.options());
  }

  /** The position of a place's block, or -1. */
  private int block(Place place) {
    int low = 0;
    int high = blocks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (blocks.get(middle).frame() < place.frame()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == blocks.size() || blocks.get(low).frame() != place.frame() ? -1 : low;
  }

  @Override
  public Place smallest() {
    FrameBlock best = blocks.get(0);
    for (FrameBlock block : blocks) {
      best = block.fewest() < best.fewest() ? block : best;
    }
    return new Place(best.frame(), best.first(best.fewest()));
  }

  @Override
  public Place largest() {
    FrameBlock best = blocks.get(0);
    for (FrameBlock block : blocks) {
      best = block.greatest() > best.greatest() ? block : best;
    }
    return new Place(best.frame(), best.first(best.greatest()));
  }

  @Override
  public String toString() {
    return "blocks before " + Arrays.toString(before.toArray());
  }
}
