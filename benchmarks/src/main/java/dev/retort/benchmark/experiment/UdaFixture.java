package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.UdaKd;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.util.Locale;

/**
 * UDA with distillation on Fashion-MNIST: a teacher that knows the source adapts to the target
 * while the student learns from it, in turn. B batch of each domain; a network is given both, 2B.
 */
final class UdaFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("images", "1500", "epochs", "3", "teacher-epochs", "6", "held-out", "250");

  private static final String ACCURACY = "target-accuracy";
  private static final String SOURCE = "source-accuracy";

  /** The teacher's discrepancy of held-out images. */
  private static final String APART = "discrepancy";

  /** The teacher's accuracy on the target. */
  private static final String TAUGHT = "teacher-target-accuracy";

  private static final String KD = "kd";
  private static final String UNALIGNED = "uda-kd-unaligned";
  private static final String ADAPTED = "uda-kd";
  private static final int BATCH = 32;
  private static final int AT_ONCE = 500;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Domains domains;
  private final float[] sourceLabels;
  private final float[] targetLabels;
  private final KeptTeacher teacher;

  /** The teacher's accuracy on the target before it adapts. */
  private final double before;

  UdaFixture(Arguments given, PrintStream out) {
    this.given = given;
    int images = given.count("images");
    this.domains = Domains.read(given.folder("data"), images, given.count("held-out"));
    this.sourceLabels = Agreement.labels(domains.sourceTest());
    this.targetLabels = Agreement.labels(domains.targetTest());
    this.teacher = KeptTeacher.of(
        "source",
        images + " images, " + given.text("teacher-epochs") + " epochs",
        ImageFixture.LARGE,
        new Training(domains.source(), BATCH, given.positive("teacher-epochs"), TEACHER_RATE, 0),
        given.folder("work"),
        manager,
        out);
    this.before = onTarget(teacher);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: the source is %d training images, balanced; the target is as many others,"
            + " inverted and blurred, without labels; %d test images of the target, %d held out of"
            + " the source; student `%s`, %s epochs of batches of %d of each domain, AdamW at %s;"
            + " teacher `%s`, %s epochs on the source before, adapted by AdamW from %s on.",
        domains.source().size(),
        domains.targetTest().size(),
        domains.sourceTest().size(),
        ImageFixture.SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        ImageFixture.LARGE,
        given.text("teacher-epochs"),
        UdaTurns.TEACHER_RATE);
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "accuracy on the target, %", true, 2);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(
        new Headline(SOURCE, "student on the source, %", true, 2),
        new Headline(TAUGHT, "teacher on the target at the end, %", true, 2),
        new Headline(Trial.END + APART, "discrepancy of its features at the end", false, 3));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "Before it adapts the teacher is right on %.2f %% of the source's images and on %.2f %% of"
            + " the target's; the discrepancy of its features is %.3f. It stays so where it does"
            + " not adapt.",
        onSource(teacher),
        before,
        apart(teacher));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    Term both = Term.of("uda-kd on both domains", 1);
    Sharper closer = new Sharper(
        "discrepancy of the teacher's features on held-out images at the end below that at the"
            + " start",
        Trial.END + APART,
        false,
        1,
        Trial.BEGIN + APART,
        "");
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of(KD, Term.of("uda-kd on the source", 1)),
        Entrant.of(UNALIGNED, both).from("a teacher that learns the source on").against(KD),
        Entrant.of(ADAPTED, both)
            .from("a teacher that adapts")
            .against(KD)
            .must(
                closer,
                Sharper.above("accuracy above that without the discrepancy", ACCURACY, UNALIGNED)));
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    RandomStreams streams = new RandomStreams(seed);
    Weights weights = InitialWeights.random(ImageFixture.SMALL, streams, owner);
    KeptTeacher taught = new KeptTeacher(teacher.network(), teacher.weights().copy(owner));
    BatchPlan plan = new BatchPlan(domains.source(), BATCH, streams);
    double epochs = given.positive("epochs");
    long steps = Math.max(1, Math.round(epochs * plan.batchesPerEpoch()));
    boolean aligned = entrant.name().equals(ADAPTED);
    boolean both = aligned || entrant.name().equals(UNALIGNED);
    RandomStreams others = new RandomStreams(streams.number("target-domain", 0, 0));
    BatchPlan target = new BatchPlan(domains.target(), BATCH, others);
    UdaTurns turns = new UdaTurns(domains, plan, target, steps, epochs, aligned);
    OptimizerOptions options = Training.optimizer(RATE);
    long begin = System.nanoTime();
    try (Trainee student = new Trainee(weights, ImmutableSet.of(), options, owner);
        Trainee adapting =
            new Trainee(taught.weights(), ImmutableSet.of(UdaTurns.FEATURES), options, owner)) {
      for (long step = 0; step < steps; step++) {
        double rate = options.rate(step, steps);
        try (NDManager scope = owner.newSubManager()) {
          if (both) {
            turns.step(step, rate, adapting, student, scope);
          } else {
            Batch batch = domains.source().batch(scope, plan.batch(step), null);
            student.step(batch, rate, outputs -> loss(entrant, outputs, batch), scope);
          }
        }
      }
    }
    double milliseconds = (System.nanoTime() - begin) / 1e6 / steps;
    KeptTeacher own = new KeptTeacher(Network.of(ImageFixture.SMALL, new EagerKernels()), weights);
    return Trial.of(ImmutableMap.of(
        Trial.STEP,
        milliseconds,
        ACCURACY,
        onTarget(own),
        SOURCE,
        onSource(own),
        TAUGHT,
        both ? onTarget(taught) : before,
        Trial.BEGIN + APART,
        apart(teacher),
        Trial.END + APART,
        apart(taught)));
  }

  /** Of the source alone. */
  private NDArray loss(Entrant entrant, Outputs outputs, Batch batch) {
    NDArray logits = outputs.requireLogits();
    if (entrant.name().equals(Entrant.PLAIN)) {
      return new CrossEntropy().loss(logits, batch.labels());
    }
    return new UdaKd().source(logits, teacher.answers(batch), batch.labels());
  }

  private double onSource(KeptTeacher of) {
    return score(of, domains.sourceTest(), sourceLabels);
  }

  private double onTarget(KeptTeacher of) {
    return score(of, domains.targetTest(), targetLabels);
  }

  private double score(KeptTeacher of, Dataset<ImageExample> data, float[] labels) {
    float[][] answers = of.answers(data, AT_ONCE, manager);
    return 100 * Metrics.score(Metric.ACCURACY, answers, labels).value();
  }

  /** On images that nobody learnt from, as many of each domain and class. */
  private double apart(KeptTeacher of) {
    int count = domains.sourceTest().size();
    try (NDManager scope = manager.newSubManager()) {
      return UdaTurns.discrepancy(
          of,
          Domains.first(domains.sourceTest(), count, scope),
          Domains.first(domains.targetTest(), count, scope));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
