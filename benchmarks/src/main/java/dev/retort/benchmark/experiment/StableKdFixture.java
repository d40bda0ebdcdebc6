package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.procedure.BlockLosses;
import dev.retort.distill.objective.procedure.BlockSchedule;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Span;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Scaling;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * StableKD on Fashion-MNIST: a student of one residual block in each stage learns from a teacher
 * of three, whose stages are as wide, so that no connector is needed. Its blocks are the stem with
 * the first stage, the second stage, and the third with the head; these learn apart, are merged,
 * and end as one network. B batch, C classes, D planes, H height, W width.
 */
final class StableKdFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "images", "3000",
      "epochs", "2",
      "teacher-images", "6000",
      "teacher-epochs", "4");

  private static final String ACCURACY = "accuracy";

  /** Tensors of other blocks that a block's loss has a derivative by. */
  private static final String CROSSING = "crossing";

  /** The same where all blocks are one group. */
  private static final String CROSSING_WHOLE = "crossing-whole";

  private static final String ONE = "one";
  private static final String KD = "kd";

  /** The losses of StableKD's last part from the first step on. */
  private static final String WHOLE = "one-group";

  /** The exits of all blocks as targets from the first step on, but nothing cut. */
  private static final String EXITS = "exits";

  private static final String STABLE = "stablekd";
  private static final int BLOCKS = 3;
  private static final int BATCH = 64;
  private static final int AT_ONCE = 250;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;
  private static final double LABELS = 0.1;
  private static final double TEMPERATURE = 4;
  private static final Architecture STUDENT = Architecture.parse(ImageFixture.FAMILY + "16/32/64");
  private static final BlockSchedule SCHEDULE = new BlockSchedule(BLOCKS);
  private static final ImmutableList<Integer> TOGETHER = ImmutableList.of(BLOCKS);

  /** How the blocks' runs of the network end and begin. */
  private static final ImmutableList<Span> SPANS = ImmutableList.of(
      Span.to("stage1.block0"),
      new Span("stage2.block0", "stage2.block0"),
      Span.from("stage3.block0"));

  private final NDManager manager = NDManager.newBaseManager();
  private final Network student = Network.of(STUDENT, new EagerKernels());
  private final Arguments given;
  private final Dataset<ImageExample> train;
  private final Dataset<ImageExample> test;
  private final float[] labels;
  private final KeptTeacher teacher;

  StableKdFixture(Arguments given, PrintStream out) {
    this.given = given;
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all =
        task.read(given.folder("data"), Task.Split.TRAIN, task.preprocessing());
    this.train = ImageFixture.balanced(all, given.count("images"), false);
    this.test = task.read(given.folder("data"), Task.Split.TEST, task.preprocessing());
    this.labels = Agreement.labels(test);
    int images = given.count("teacher-images");
    Training how = new Training(
        ImageFixture.balanced(all, images, false),
        2 * BATCH,
        given.positive("teacher-epochs"),
        TEACHER_RATE,
        0);
    this.teacher = KeptTeacher.of(
        "long",
        images + " images, " + given.text("teacher-epochs") + " epochs",
        ImageFixture.LONG,
        how,
        given.folder("work"),
        manager,
        out);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %s training images, balanced, the first of each class; %d test images;"
            + " student `%s`, %s epochs of batches of %d, AdamW at %s; teacher `%s`, %s epochs on"
            + " %s images; three blocks apart for %s of the steps, the first two together for as"
            + " many, then all.",
        given.text("images"),
        test.size(),
        STUDENT,
        given.text("epochs"),
        BATCH,
        RATE,
        ImageFixture.LONG,
        given.text("teacher-epochs"),
        given.text("teacher-images"),
        SCHEDULE.share());
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(new Headline(Trial.STEP, "milliseconds a step", false, 0));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) is right on %.2f %% of the test images; the student has %,d"
            + " parameters.",
        KeptTeacher.parameters(ImageFixture.LONG),
        score(teacher.network(), teacher.weights(), manager),
        KeptTeacher.parameters(STUDENT));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    Term few = Term.of(Entrant.PLAIN, LABELS);
    Term distilled = Term.of(KD, 1 - LABELS, ImmutableMap.of("temperature", (int) TEMPERATURE));
    Term logits = Term.of("mse of logits", 1);
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of(KD, few, distilled),
        Entrant.of(WHOLE, few, distilled, logits).against(KD),
        Entrant.of(EXITS, few, distilled, Term.of("mse of all exits", 1)).against(KD),
        Entrant.of(STABLE, few, distilled, Term.of("mse of groups' exits", 1))
            .against(KD)
            .must(
                new Sharper(
                    "tensors of other blocks that the loss of a block has a derivative by, while"
                        + " apart, below 1",
                    CROSSING,
                    false,
                    1,
                    ONE,
                    ""),
                new Sharper(
                    "the same of exits where nothing is cut above that",
                    CROSSING_WHOLE,
                    true,
                    1,
                    CROSSING,
                    ""),
                Sharper.above("accuracy above that of one-group", ACCURACY, WHOLE),
                Sharper.above("accuracy above that of exits", ACCURACY, EXITS)));
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    RandomStreams streams = new RandomStreams(seed);
    Weights weights = InitialWeights.random(STUDENT, streams, owner);
    BatchPlan plan = new BatchPlan(train, BATCH, streams);
    long steps = Math.max(1, Math.round(given.positive("epochs") * plan.batchesPerEpoch()));
    int apart = crossing(weights, plan.batch(0), false, owner);
    int whole = crossing(weights, plan.batch(0), true, owner);
    long begin = System.nanoTime();
    new Loop(steps, RATE)
        .run(
            weights,
            (leaves, step, scope) -> {
              ImageBatch batch = (ImageBatch) train.batch(scope, plan.batch(step), null);
              ImmutableList<Integer> groups =
                  entrant.name().equals(STABLE) ? SCHEDULE.groups(step, steps) : TOGETHER;
              return loss(entrant.name(), leaves, batch, groups);
            },
            owner);
    double milliseconds = (System.nanoTime() - begin) / 1e6 / steps;
    Weights learnt = Loop.measured(student, weights, train, AT_ONCE, owner);
    return Trial.of(ImmutableMap.of(
        Trial.STEP,
        milliseconds,
        ACCURACY,
        score(student, learnt, owner),
        CROSSING,
        (double) apart,
        CROSSING_WHOLE,
        (double) whole,
        ONE,
        1.0));
  }

  private NDArray loss(
      String entrant, Weights leaves, ImageBatch batch, ImmutableList<Integer> groups) {
    List<NDArray> exits = new ArrayList<>();
    if (entrant.equals(Entrant.PLAIN)) {
      NDArray hidden = batch.pixels();
      for (UnaryOperator<NDArray> block : blocks(leaves, batch, exits)) {
        hidden = block.apply(hidden);
      }
      return new CrossEntropy().loss(hidden, batch.labels());
    }
    List<NDArray> features = features(batch);
    NDArray apart = new BlockLosses(blocks(leaves, batch, exits)).loss(features, groups);
    if (!groups.equals(TOGETHER)) {
      return apart;
    }
    NDArray logits = exits.get(BLOCKS - 1);
    NDArray ends = Scaling.by(new CrossEntropy().loss(logits, batch.labels()), LABELS)
        .add(Scaling.by(new LogitKd(TEMPERATURE).loss(logits, features.get(BLOCKS)), 1 - LABELS));
    return switch (entrant) {
      case KD -> ends;
      case EXITS ->
        ends.add(apart)
            .add(Distances.meanSquare(exits.get(0), features.get(1)))
            .add(Distances.meanSquare(exits.get(1), features.get(2)));
      default -> ends.add(apart);
    };
  }

  /** The student's blocks, each run by the batch's statistics; what they give is kept in order. */
  private ImmutableList<UnaryOperator<NDArray>> blocks(
      Weights weights, ImageBatch batch, List<NDArray> exits) {
    ImmutableList.Builder<UnaryOperator<NDArray>> blocks = ImmutableList.builder();
    for (Span span : SPANS) {
      Request request =
          new Request(span.to() == null, ImmutableSet.of(), Dropout.NONE, Normalization.BATCH);
      blocks.add(entry -> {
        Outputs outputs = student.forward(weights, batch, span, entry, request);
        NDArray exit = span.to() == null ? outputs.requireLogits() : outputs.requireHidden();
        exits.add(exit);
        return exit;
      });
    }
    return blocks.build();
  }

  /** The pixels, what the teacher's first two stages give [B,D,H,W], and its logits [B,C]. */
  private ImmutableList<NDArray> features(ImageBatch batch) {
    Request request = new Request(true, ImmutableSet.of(Tap.stage(1), Tap.stage(2)), Dropout.NONE);
    try (Autograd off = Autograd.off()) {
      Outputs outputs = teacher.network().forward(teacher.weights(), batch, request);
      return ImmutableList.of(
          batch.pixels(),
          outputs.tap(Tap.stage(1)),
          outputs.tap(Tap.stage(2)),
          outputs.requireLogits());
    }
  }

  /**
   * How many tensors of other blocks the losses of blocks have a derivative by that is not 0.
   *
   * @param whole whether a block takes what the one before gave, not the teacher's
   */
  private int crossing(Weights weights, int[] indices, boolean whole, NDManager owner) {
    int found = 0;
    try (NDManager scope = owner.newSubManager();
        NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      for (TensorSpec spec : STUDENT.blueprint().tensors()) {
        NDArray value = weights.get(spec.name());
        leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(value, scope) : value);
      }
      ImageBatch batch = (ImageBatch) train.batch(scope, indices, null);
      List<NDArray> exits = new ArrayList<>();
      List<NDArray> features = features(batch);
      BlockLosses losses = new BlockLosses(blocks(Weights.of(STUDENT, leaves), batch, exits));
      List<NDArray> terms = losses.terms(features, whole ? TOGETHER : ImmutableList.of(1, 1, 1));
      for (int of = 0; of < BLOCKS; of++) {
        NDArray term =
            whole ? Distances.meanSquare(exits.get(of), features.get(of + 1)) : terms.get(of);
        for (TensorSpec spec : STUDENT.blueprint().tensors()) {
          if (spec.role().trained() && block(spec.name()) != of) {
            NDArray by = Autograd.derivative(term, Objects.requireNonNull(leaves.get(spec.name())));
            found += by.abs().max().getFloat() != 0 ? 1 : 0;
          }
        }
      }
    }
    return found;
  }

  /** Which block a tensor belongs to. */
  private static int block(String tensor) {
    if (tensor.startsWith("layer2.")) {
      return 1;
    }
    return tensor.startsWith("layer3.") || tensor.startsWith("fc.") ? 2 : 0;
  }

  private double score(Network network, Weights weights, NDManager owner) {
    float[][] logits = Prediction.logits(network, weights, test, AT_ONCE, owner);
    return 100 * Metrics.score(Metric.ACCURACY, logits, labels).value();
  }

  @Override
  public void close() {
    manager.close();
  }
}
