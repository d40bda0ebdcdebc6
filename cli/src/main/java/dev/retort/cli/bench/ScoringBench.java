package dev.retort.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.data.TextBatch;
import dev.retort.distill.train.HeldOutLoss;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Network;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.NativeThreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Scores of candidates: sub-networks of the SuperLM of {@link SuperLmBench} on 128 held-out texts,
 * by MiniLMv2's relations of the last layers, what the teacher gave being known. Lengths are those
 * of sentence pairs, or all the longest. The same work in Python, with its definition, is {@code
 * benchmarks/peer/scoring_peer.py}.
 *
 * <p>A search does the same: texts of like length make a batch, so that hardly anything is padded;
 * what the teacher gives is kept; candidates are scored side by side, each on its share of the
 * cores.
 */
public final class ScoringBench {
  private static final int TEXTS = 128;
  private static final int BATCH = 16;
  private static final int LONGEST = 128;
  private static final int SHORTEST = 8;
  private static final int WARM = 2;

  /**
   * What is measured.
   *
   * @param bf16 whether matrix products are of brain floats
   * @param full whether all texts have the greatest length
   * @param candidates that are counted
   * @param workers candidates at once, each on its share of the cores
   * @param seed of candidates and the order of texts
   */
  public record Options(boolean bf16, boolean full, int candidates, int workers, long seed) {}

  /**
   * What was measured.
   *
   * @param seconds that the candidates took
   * @param flops that each of them needs, without any padding
   * @param scores of each
   * @param tokens of all texts
   */
  public record Result(
      double seconds, ImmutableList<Double> flops, ImmutableList<Double> scores, long tokens) {}

  private final Options options;
  private final PythonRandom draw;
  private final int[] lengths;

  /** Makes ready. */
  public ScoringBench(Options options) {
    this.options = options;
    this.draw = new PythonRandom(options.seed());
    this.lengths = lengths();
  }

  /** Does the work. */
  public Result run() {
    RandomStreams streams = new RandomStreams(options.seed());
    List<GridNet> candidates = new ArrayList<>();
    for (int i = 0; i < WARM + options.candidates(); i++) {
      candidates.add(GridNet.drawn(draw));
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      TaughtSuperLm taught = TaughtSuperLm.of(options.bf16(), streams, manager);
      HeldOutLoss heldOut =
          new HeldOutLoss(ImmutableList.of(taught.relations()), batches(manager, streams));
      int[] order = IntStream.range(0, heldOut.sizes().length).toArray();
      List<Callable<Double>> jobs = candidates.stream()
          .map(each -> (Callable<Double>) () -> score(each.architecture(), taught, heldOut, order))
          .toList();
      return measure(jobs, candidates);
    }
  }

  private Result measure(List<Callable<Double>> jobs, List<GridNet> candidates) {
    int cores = Math.max(1, NativeThreads.get() / options.workers());
    ExecutorService threads = Executors.newFixedThreadPool(
        options.workers(),
        job -> new Thread(
            () -> {
              NativeThreads.set(cores);
              job.run();
            },
            "retort-bench"));
    try {
      // What is kept is computed by the first of them.
      for (Future<Double> warm : threads.invokeAll(jobs.subList(0, 1))) {
        warm.get();
      }
      for (Future<Double> warm : threads.invokeAll(jobs.subList(1, WARM))) {
        warm.get();
      }
      ImmutableList.Builder<Double> scores = ImmutableList.builder();
      long start = System.nanoTime();
      for (Future<Double> each : threads.invokeAll(jobs.subList(WARM, jobs.size()))) {
        scores.add(each.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Result(
          seconds,
          candidates.subList(WARM, candidates.size()).stream()
              .map(each -> Arrays.stream(lengths).mapToDouble(each::flops).sum())
              .collect(ImmutableList.toImmutableList()),
          scores.build(),
          Arrays.stream(lengths).sum());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A candidate could not be scored", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private static double score(
      Architecture candidate, TaughtSuperLm taught, HeldOutLoss heldOut, int[] order)
      throws InterruptedException {
    try (Autograd off = Autograd.off();
        NDManager views = NDManager.newBaseManager()) {
      ImmutableMap<String, Double> terms = heldOut.score(
          Network.of(candidate, taught.kernels()),
          taught.shared().view(candidate, views).lasting(views),
          ImmutableMap.of(),
          order,
          HeldOutLoss.Listener.NONE);
      return Objects.requireNonNull(Objects.requireNonNull(terms).get(TaughtSuperLm.RELATIONS));
    }
  }

  /** The length of each text, in an order that is drawn. */
  private int[] lengths() {
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      double quantile = normal.inverseCumulativeProbability((i + 0.5) / TEXTS);
      long length = Math.round(Math.exp(3.6 + 0.47 * quantile));
      left.add(options.full() ? LONGEST : (int) Math.min(LONGEST, Math.max(SHORTEST, length)));
    }
    int[] order = new int[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
      int place = draw.choice(IntStream.range(0, left.size()).boxed().toList());
      order[i] = left.remove(place);
    }
    return order;
  }

  /** The texts, those of like length together, the longest first. */
  private ImmutableList<Batch> batches(NDManager manager, RandomStreams streams) {
    int[] sorted =
        Arrays.stream(lengths).map(each -> -each).sorted().map(each -> -each).toArray();
    ImmutableList.Builder<Batch> batches = ImmutableList.builder();
    for (int from = 0; from < TEXTS; from += BATCH) {
      RandomGenerator random = streams.at("tokens", from);
      Shape shape = new Shape(BATCH, sorted[from]);
      long[] ids = new long[BATCH * sorted[from]];
      float[] mask = new float[ids.length];
      for (int text = 0; text < BATCH; text++) {
        for (int i = 0; i < sorted[from + text]; i++) {
          ids[text * sorted[from] + i] = random.nextInt(GridNet.VOCABULARY);
          mask[text * sorted[from] + i] = 1;
        }
      }
      NDArray labels = manager.create(new long[BATCH]);
      batches.add(new TextBatch(
          manager.create(ids, shape),
          manager.create(new long[ids.length], shape),
          manager.create(mask, shape),
          labels,
          IntStream.range(0, BATCH).toArray()));
    }
    return batches.build();
  }
}
