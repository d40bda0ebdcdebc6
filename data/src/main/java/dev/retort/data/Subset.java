package dev.retort.data;

import ai.djl.ndarray.NDManager;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Some examples of a data set, in the order of their indices there.
 *
 * @param <E> what one example is
 */
public final class Subset<E> implements Dataset<E> {
  private final Dataset<E> whole;
  private final int[] indices;

  private Subset(Dataset<E> whole, int[] indices) {
    this.whole = whole;
    this.indices = indices;
  }

  /** Two parts of a data set that have no example in common. */
  public record Split<E>(Subset<E> rest, Subset<E> heldOut) {}

  /** The examples at the given indices, in the given order. */
  public static <E> Subset<E> of(Dataset<E> whole, int... indices) {
    for (int each : indices) {
      if (each < 0 || each >= whole.size()) {
        throw new IllegalArgumentException(
            "index (" + each + ") outside a data set of " + whole.size());
      }
    }
    return new Subset<>(whole, indices.clone());
  }

  /**
   * Holds out a share of the examples: those whose seeded hashes are lowest, which depends on
   * nothing but seed and index.
   *
   * @param fraction the share held out, 0 to below 1; above 0 it is at least one example
   */
  public static <E> Split<E> heldOut(Dataset<E> whole, double fraction, RandomStreams streams) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction (" + fraction + ") must be in [0, 1)");
    }
    int count = (int) Math.round(fraction * whole.size());
    return heldOut(whole, fraction > 0 ? Math.max(1, count) : 0, streams);
  }

  /** As above, a given number of examples, at most all but one. */
  public static <E> Split<E> heldOut(Dataset<E> whole, int count, RandomStreams streams) {
    if (count < 0 || count >= whole.size()) {
      throw new UserException(
          UserException.Kind.USAGE,
          "held-out: cannot hold out "
              + count
              + " of "
              + whole.size()
              + " examples: at least one must be left. Give more text or hold out less.");
    }
    int[] byHash = byHash(streams, "held-out", IntStream.range(0, whole.size()).toArray());
    int[] out = Arrays.copyOf(byHash, count);
    int[] rest = Arrays.copyOfRange(byHash, count, byHash.length);
    Arrays.sort(out);
    Arrays.sort(rest);
    return new Split<>(new Subset<>(whole, rest), new Subset<>(whole, out));
  }

  /**
   * A given number of examples of each class, drawn by seed.
   *
   * <p>The draw for fewer is a part of the draw for more with the same seed.
   *
   * @throws UserException if a class has fewer, or an example has no class
   */
  public static <E> Subset<E> fewShot(Dataset<E> whole, int perClass, RandomStreams streams) {
    return perClass(whole, perClass, byHash(streams, "few-shot", all(whole)));
  }

  /** The first of each class in the order of the data set; otherwise as {@link #fewShot}. */
  public static <E> Subset<E> firstPerClass(Dataset<E> whole, int perClass) {
    return perClass(whole, perClass, all(whole));
  }

  /** Where each example stands in the data set that this is a part of. */
  public int[] indices() {
    return indices.clone();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public E get(int index) {
    return whole.get(indices[index]);
  }

  @Override
  public int length(int index) {
    return whole.length(indices[index]);
  }

  @Override
  public float label(int index) {
    return whole.label(indices[index]);
  }

  /** The batch's indices are those of the whole data set. */
  @Override
  public Batch batch(NDManager manager, int[] own, @Nullable Draw draw) {
    return whole.batch(manager, wholeIndices(own), draw);
  }

  @Override
  public PreparedBatch prepare(int[] own, @Nullable Draw draw) {
    return whole.prepare(wholeIndices(own), draw);
  }

  private int[] wholeIndices(int[] own) {
    return Arrays.stream(own).map(each -> indices[each]).toArray();
  }

  private static int[] all(Dataset<?> whole) {
    return IntStream.range(0, whole.size()).toArray();
  }

  private static <E> Subset<E> perClass(Dataset<E> whole, int perClass, int[] order) {
    if (perClass < 1) {
      throw new IllegalArgumentException("perClass (" + perClass + ") must be 1 or more");
    }
    Map<Integer, Integer> taken = new TreeMap<>();
    int[] chosen = new int[order.length];
    int count = 0;
    for (int index : order) {
      float label = whole.label(index);
      if (!(label >= 0) || label != Math.rint(label)) {
        throw new UserException(
            UserException.Kind.USAGE,
            "labels per class: example " + index + " has no class (" + label + ").");
      }
      if (taken.merge((int) label, 1, Integer::sum) <= perClass) {
        chosen[count++] = index;
      }
    }
    taken.forEach((label, found) -> {
      if (found < perClass) {
        throw new UserException(
            UserException.Kind.USAGE,
            "labels per class: class "
                + label
                + " has "
                + found
                + " examples where "
                + perClass
                + " are asked for. Ask for at most "
                + found
                + ".");
      }
    });
    int[] indices = Arrays.copyOf(chosen, count);
    Arrays.sort(indices);
    return new Subset<>(whole, indices);
  }

  /** Indices ordered by the hash of seed, purpose and index. */
  private static int[] byHash(RandomStreams streams, String purpose, int[] indices) {
    record Key(long hash, int index) {}

    return Arrays.stream(indices)
        .mapToObj(index -> new Key(streams.number(purpose, 0, index), index))
        .sorted(Comparator.comparingLong(Key::hash).thenComparingInt(Key::index))
        .mapToInt(Key::index)
        .toArray();
  }
}
