package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.RandomStreams;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which examples each training step sees, as a function of the seed and the step alone.
 *
 * <p>Each epoch shuffles the examples, sorts them by length inside pools of some batches, so that a
 * batch holds examples of like length and little is padded, and shuffles the batches of each pool.
 * Each example comes once an epoch; the last batch may be smaller. Safe for use by several threads.
 */
public final class BatchPlan {
  /** The number of batches of a pool where none is given. */
  public static final int POOL = 16;

  private final int[] lengths;
  private final int batchSize;
  private final int pool;
  private final RandomStreams streams;
  private volatile @Nullable Epoch cached;

  /** One epoch's examples, and where each batch starts in them. */
  private record Epoch(long number, int[] order, int[] starts) {}

  /**
   * A plan.
   *
   * @param dataset one example or more
   * @param batchSize examples a batch, from 1
   * @param pool batches a pool, from 1; 1 leaves the order to chance alone
   */
  public BatchPlan(Dataset<?> dataset, int batchSize, int pool, RandomStreams streams) {
    check("batchSize", batchSize);
    check("pool", pool);
    this.lengths = lengths(dataset);
    this.batchSize = batchSize;
    this.pool = pool;
    this.streams = streams;
  }

  /** A plan with pools of {@value #POOL} batches. */
  public BatchPlan(Dataset<?> dataset, int batchSize, RandomStreams streams) {
    this(dataset, batchSize, POOL, streams);
  }

  /** Number of batches of an epoch. */
  public int batchesPerEpoch() {
    return (lengths.length - 1) / batchSize + 1;
  }

  /** The epoch, from 0, that a step belongs to. */
  public long epoch(long step) {
    return step / batchesPerEpoch();
  }

  /**
   * The indices of a step's examples.
   *
   * @param step the step from 0, counted over all epochs
   */
  public int[] batch(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("step (" + step + ") must be 0 or more");
    }
    Epoch epoch = cached;
    if (epoch == null || epoch.number() != epoch(step)) {
      epoch = plan(epoch(step));
      cached = epoch;
    }
    int at = (int) (step % batchesPerEpoch());
    return Arrays.copyOfRange(epoch.order(), epoch.starts()[at], epoch.starts()[at + 1]);
  }

  /**
   * Batches of like length over all examples once, for evaluation: the longest first, so that too
   * little memory shows at once. The indices tell where each result belongs.
   */
  public static ImmutableList<int[]> sequential(Dataset<?> dataset, int batchSize) {
    check("batchSize", batchSize);
    int[] lengths = lengths(dataset);
    int[] order = IntStream.range(0, lengths.length).toArray();
    sort(order, 0, order.length, lengths);
    ImmutableList.Builder<int[]> batches = ImmutableList.builder();
    for (int to = order.length; to > 0; to -= batchSize) {
      batches.add(Arrays.copyOfRange(order, Math.max(0, to - batchSize), to));
    }
    return batches.build();
  }

  private Epoch plan(long number) {
    RandomGenerator random = streams.at("batch-order", number);
    int[] order = IntStream.range(0, lengths.length).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      swap(order, i, random.nextInt(i + 1));
    }
    int[] planned = new int[order.length];
    int[] starts = new int[batchesPerEpoch() + 1];
    int poolSize = (int) Math.min((long) batchSize * pool, order.length);
    int batch = 0;
    for (int from = 0; from < order.length; from += poolSize) {
      int to = Math.min(from + poolSize, order.length);
      sort(order, from, to, lengths);
      int[] batches = shuffled((to - from - 1) / batchSize + 1, random);
      for (int each : batches) {
        int start = from + each * batchSize;
        int count = Math.min(batchSize, to - start);
        System.arraycopy(order, start, planned, starts[batch], count);
        starts[batch + 1] = starts[batch] + count;
        batch++;
      }
    }
    return new Epoch(number, planned, starts);
  }

  private static int[] shuffled(int count, RandomGenerator random) {
    int[] values = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      swap(values, i, random.nextInt(i + 1));
    }
    return values;
  }

  /** Sorts by length; those of one length keep their order. */
  private static void sort(int[] order, int from, int to, int[] lengths) {
    long[] keys = new long[to - from];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ((long) lengths[order[from + i]] << 32) | i;
    }
    Arrays.sort(keys);
    int[] before = Arrays.copyOfRange(order, from, to);
    for (int i = 0; i < keys.length; i++) {
      order[from + i] = before[(int) keys[i]];
    }
  }

  private static void swap(int[] values, int a, int b) {
    int value = values[a];
    values[a] = values[b];
    values[b] = value;
  }

  private static int[] lengths(Dataset<?> dataset) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("the data set has no example (0)");
    }
    return IntStream.range(0, dataset.size()).map(dataset::length).toArray();
  }

  private static void check(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " (" + value + ") must be 1 or more");
    }
  }
}
