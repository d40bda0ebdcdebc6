package dev.retort.space;

import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The members of a space whose layers are all alike: a list of frames. */
final class FlatIndex implements MemberIndex {
  private final ImmutableIntArray frames;

  /** The members' parameters, in the members' order and ascending. */
  private final ImmutableLongArray parameters;

  private final long[] sorted;

  FlatIndex(Grid grid, ParameterRange range) {
    ImmutableIntArray.Builder members = ImmutableIntArray.builder();
    ImmutableLongArray.Builder counts = ImmutableLongArray.builder();
    for (int frame = 0; frame < grid.frames(); frame++) {
      Architecture architecture = grid.uniform(frame, 0);
      if (architecture != null) {
        long count = architecture.family().parameters(architecture);
        if (range.admits(count)) {
          members.add(frame);
          counts.add(count);
        }
      }
    }
    this.frames = members.build().trimmed();
    this.parameters = counts.build().trimmed();
    this.sorted = parameters.toArray();
    Arrays.sort(sorted);
  }

  @Override
  public BigInteger count() {
    return BigInteger.valueOf(frames.length());
  }

  @Override
  public BigInteger countBelow(long limit) {
    return BigInteger.valueOf(SumTable.lowerBound(sorted, limit));
  }

  @Override
  public Place get(BigInteger number) {
    return new Place(frames.get(number.intValueExact()));
  }

  @Override
  public @Nullable BigInteger find(Place place) {
    int low = 0;
    int high = frames.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (frames.get(middle) < place.frame()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean found = low < frames.length() && frames.get(low) == place.frame();
    return found ? BigInteger.valueOf(low) : null;
  }

  @Override
  public Place smallest() {
    return first(sorted[0]);
  }

  @Override
  public Place largest() {
    return first(sorted[frames.length() - 1]);
  }

  private Place first(long count) {
    return new Place(frames.get(parameters.indexOf(count)));
  }
}
