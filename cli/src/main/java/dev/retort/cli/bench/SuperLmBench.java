package dev.retort.cli.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.Trainer;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Steps of a SuperLM's training: a batch of 16 x 128 tokens, one pass of a teacher of 6 layers x
 * 512, the largest sub-network (6 x 384) and a random one, MiniLMv2's relations of the last layers
 * in 8 heads, AdamW. Only queries, keys and values of the last layers are computed, as the loss
 * reads nothing else.
 *
 * <p>Tokens are counted once a step although two sub-networks see them. Work is that of the matrix
 * products, two FLOPs a multiply-accumulate: the teacher's forward pass once, the sub-networks'
 * three times, relations included.
 */
public final class SuperLmBench {
  private static final int BATCH = 16;
  private static final int SEQUENCE = 128;
  private static final int POOL = 8;
  private static final int WARM = 3;
  private static final double LONGEST = 60;

  /** How long and how it is measured. */
  public record Options(boolean bf16, double seconds, int steps, long seed) {}

  /**
   * What was measured.
   *
   * @param steps that were counted
   * @param seconds that they took
   * @param flops of each
   * @param times of each, in seconds
   * @param losses of each step, those of warming up too
   * @param parameters of the student
   * @param peak of matrix products on this machine, before or after the steps
   */
  public record Result(
      int steps,
      double seconds,
      ImmutableList<Double> flops,
      ImmutableList<Double> times,
      ImmutableList<Double> losses,
      long parameters,
      GemmPeak peak) {
    /** Tokens a second. */
    public double tokensPerSecond() {
      return (double) BATCH * SEQUENCE * steps / seconds;
    }

    /** FLOPs a step, mean over the steps. */
    public double flopsPerStep() {
      return flops.stream().mapToDouble(each -> each).sum() / steps;
    }

    private Result peak(GemmPeak measured) {
      return new Result(steps, seconds, flops, times, losses, parameters, measured);
    }

    /** FLOPs a second of each step, in billions, slowest first. */
    public double[] rates() {
      return IntStream.range(0, steps)
          .mapToDouble(i -> flops.get(i) / times.get(i) / 1e9)
          .sorted()
          .toArray();
    }
  }

  private final Options options;
  private final PythonRandom draw;
  private final List<GridNet> drawn = new ArrayList<>();

  /** Makes ready. */
  public SuperLmBench(Options options) {
    this.options = options;
    this.draw = new PythonRandom(options.seed());
  }

  /** Does the work. */
  public Result run() {
    RandomStreams streams = new RandomStreams(options.seed());
    long begun = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager()) {
      TaughtSuperLm taught = TaughtSuperLm.of(options.bf16(), streams, manager);
      Architecture largest = GridNet.LARGEST.architecture();
      Stage stage = new Stage(
          "superlm",
          streams,
          taught.shared(),
          ImmutableSet.of(),
          (any, step) -> ImmutableList.of(largest, sub((int) step).architecture()),
          ImmutableList.of(taught.relations()),
          batches(streams),
          new Stage.Options(
              1_000_000,
              1,
              0,
              new OptimizerOptions(
                  OptimizerOptions.Name.ADAMW,
                  1e-4,
                  0.9,
                  0.999,
                  1e-8,
                  0,
                  0.01,
                  0,
                  0,
                  OptimizerOptions.Decay.CONSTANT),
              0,
              10),
          taught.kernels());
      GemmPeak before = GemmPeak.NONE.orBetter(taught.kernels());
      try (Trainer trainer = new Trainer(stage, manager)) {
        Result result = measure(trainer, begun, largest.blueprint().parameters());
        return result.peak(before.orBetter(taught.kernels()));
      }
    }
  }

  private Result measure(Trainer trainer, long begun, long parameters) {
    ImmutableList.Builder<Double> losses = ImmutableList.builder();
    ImmutableList.Builder<Double> flops = ImmutableList.builder();
    ImmutableList.Builder<Double> times = ImmutableList.builder();
    for (int i = 0; i < WARM; i++) {
      losses.add(2 * trainer.step().loss());
    }
    long start = System.nanoTime();
    long now = start;
    int steps = 0;
    double longest = 0;
    do {
      long before = now;
      losses.add(2 * trainer.step().loss());
      now = System.nanoTime();
      double took = (now - before) / 1e9;
      times.add(took);
      flops.add(work(GridNet.TEACHER) + 3 * (work(GridNet.LARGEST) + work(sub(WARM + steps))));
      longest = Math.max(longest, took);
      steps++;
    } while ((options.steps() > 0
            ? steps < options.steps()
            : (now - start) / 1e9 < options.seconds())
        && (now - begun) / 1e9 + longest <= LONGEST);
    return new Result(
        steps,
        (now - start) / 1e9,
        flops.build(),
        times.build(),
        losses.build(),
        parameters,
        GemmPeak.NONE);
  }

  /** The random sub-network of a step. */
  private GridNet sub(int step) {
    while (drawn.size() <= step) {
      drawn.add(GridNet.drawn(draw));
    }
    return drawn.get(step);
  }

  /** FLOPs of a network's forward pass of a batch. */
  private static double work(GridNet net) {
    return BATCH * net.flops(SEQUENCE);
  }

  /** Some batches of random tokens, used in turn; each step's arrays belong to the step. */
  private static BatchSource batches(RandomStreams streams) {
    List<long[]> pool = new ArrayList<>();
    Shape shape = new Shape(BATCH, SEQUENCE);
    for (int i = 0; i < POOL; i++) {
      RandomGenerator random = streams.at("tokens", i);
      long[] ids = new long[BATCH * SEQUENCE];
      Arrays.setAll(ids, any -> random.nextInt(GridNet.VOCABULARY));
      pool.add(ids);
    }
    return (number, manager) -> new TextBatch(
        manager.create(pool.get((int) (number % POOL)), shape),
        manager.zeros(shape, DataType.INT64),
        manager.ones(shape),
        manager.zeros(new Shape(BATCH), DataType.INT64),
        IntStream.range(0, BATCH).toArray());
  }
}
