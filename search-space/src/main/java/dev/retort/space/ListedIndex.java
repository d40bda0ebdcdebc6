package dev.retort.space;

import com.google.common.primitives.ImmutableIntArray;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The members of a space whose stages differ and whose parameters are in a range: a list. */
final class ListedIndex implements MemberIndex {
  private final StagedIndex whole;

  /** The members' numbers in the whole space, ascending. */
  private final ImmutableIntArray numbers;

  private final long[] parameters;
  private final long[] ascending;

  ListedIndex(StagedIndex whole, ParameterRange range) {
    this.whole = whole;
    long[] all = whole.counts().inOrder();
    ImmutableIntArray.Builder admitted = ImmutableIntArray.builder();
    for (int i = 0; i < all.length; i++) {
      if (range.admits(all[i])) {
        admitted.add(i);
      }
    }
    this.numbers = admitted.build().trimmed();
    this.parameters = numbers.stream().mapToLong(number -> all[number]).toArray();
    this.ascending = parameters.clone();
    Arrays.sort(ascending);
  }

  /** The index that knows the members of every range. */
  StagedIndex whole() {
    return whole;
  }

  @Override
  public BigInteger count() {
    return BigInteger.valueOf(numbers.length());
  }

  @Override
  public BigInteger countBelow(long limit) {
    return BigInteger.valueOf(SumTable.lowerBound(ascending, limit));
  }

  @Override
  public Place get(BigInteger number) {
    return whole.get(BigInteger.valueOf(numbers.get(number.intValueExact())));
  }

  @Override
  public @Nullable BigInteger find(Place place) {
    BigInteger number = whole.find(place);
    if (number == null) {
      return null;
    }
    int wanted = number.intValueExact();
    int low = 0;
    int high = numbers.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (numbers.get(middle) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean found = low < numbers.length() && numbers.get(low) == wanted;
    return found ? BigInteger.valueOf(low) : null;
  }

  @Override
  public Place smallest() {
    return first(ascending[0]);
  }

  @Override
  public Place largest() {
    return first(ascending[ascending.length - 1]);
  }

  private Place first(long count) {
    int position = 0;
    while (parameters[position] != count) {
      position++;
    }
    return get(BigInteger.valueOf(position));
  }
}
