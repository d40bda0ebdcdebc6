package dev.retort.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.HeldOutLoss;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.NativeThreads;
import dev.retort.supernet.kernel.ScriptedKernels;
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
  private static final int VOCABULARY = 30_522;
  private static final int TEXTS = 128;
  private static final int BATCH = 16;
  private static final int LONGEST = 128;
  private static final int SHORTEST = 8;
  private static final int WARM = 2;
  private static final int HEAD = 64;

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

  /** An encoder. */
  private record Net(int layers, int hidden, int heads, int inner) {
    Architecture architecture() {
      return Architecture.parse("bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads
          + ",intermediate=" + inner + ",head-size=" + HEAD + ",vocabulary=" + VOCABULARY
          + ",positions=512,types=2,classes=0,pooling=first");
    }

    /** Of the matrix products over texts as long as they are, relations included. */
    double flops(int[] lengths) {
      double width = (double) heads * HEAD;
      double flops = 0;
      for (double n : lengths) {
        double projections = 3 * n * hidden * width;
        double rest = 2 * n * n * width + n * width * hidden + 2 * n * hidden * inner;
        flops += 2 * (layers * projections + (layers - 1) * rest + 3 * n * n * width);
      }
      return flops;
    }
  }

  private static final Architecture TEACHER = new Net(6, 512, 8, 2048).architecture();
  private static final Architecture LARGEST = new Net(6, 384, 6, 1536).architecture();

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
    Kernels kernels = options.bf16() ? ScriptedKernels.bf16() : ScriptedKernels.float32();
    RandomStreams streams = new RandomStreams(options.seed());
    List<Net> candidates = new ArrayList<>();
    for (int i = 0; i < WARM + options.candidates(); i++) {
      candidates.add(candidate());
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      WeightedObjective relations = new WeightedObjective(
              "relations",
              1,
              new SelfAttentionRelation(
                  SelfAttentionRelation.Form.KL_RELATIONS,
                  8,
                  SelfAttentionRelation.ALL,
                  Attachment.LAST,
                  SelfAttentionRelation.Remainder.BY_FORM))
          .from(new FrozenTeacher(
              Network.of(TEACHER, kernels), InitialWeights.random(TEACHER, streams, manager)));
      SharedWeights shared =
          new SharedWeights(InitialWeights.random(LARGEST, streams, manager), new LeadingSlicing());
      HeldOutLoss heldOut = new HeldOutLoss(ImmutableList.of(relations), batches(manager, streams));
      int[] order = IntStream.range(0, heldOut.sizes().length).toArray();
      List<Callable<Double>> jobs = candidates.stream()
          .map(each ->
              (Callable<Double>) () -> score(each.architecture(), kernels, shared, heldOut, order))
          .toList();
      return measure(jobs, candidates);
    }
  }

  private Result measure(List<Callable<Double>> jobs, List<Net> candidates) {
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
              .map(each -> each.flops(lengths))
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

  private double score(
      Architecture candidate,
      Kernels kernels,
      SharedWeights shared,
      HeldOutLoss heldOut,
      int[] order)
      throws InterruptedException {
    try (Autograd off = Autograd.off();
        NDManager views = NDManager.newBaseManager()) {
      ImmutableMap<String, Double> terms = heldOut.score(
          Network.of(candidate, kernels),
          shared.view(candidate, views).lasting(views),
          ImmutableMap.of(),
          order,
          HeldOutLoss.Listener.NONE);
      return Objects.requireNonNull(Objects.requireNonNull(terms).get("relations"));
    }
  }

  /** The next sub-network. */
  private Net candidate() {
    int layers = draw.choice(List.of(3, 4, 5, 6));
    int hidden = draw.choice(List.of(192, 256, 320, 384));
    int heads = draw.choice(List.of(3, 4, 5, 6));
    double ratio = draw.choice(List.of(2.0, 3.0, 4.0));
    return new Net(layers, hidden, heads, (int) Math.rint(ratio * hidden));
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
          ids[text * sorted[from] + i] = random.nextInt(VOCABULARY);
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
