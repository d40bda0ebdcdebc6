package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.logit.BdKd;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.ProKt;
import dev.retort.distill.objective.procedure.ProKtTeacher;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Two networks that both learn, on Fashion-MNIST: ProKT's teacher is held to its student at every
 * step, BD-KD's learns from it. Students and teachers are those of {@link ImageFixture}, all from
 * random weights.
 */
final class TwoFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("images", "3000", "epochs", "4", "teacher-epochs", "12");

  private static final String ACCURACY = "accuracy";
  private static final String CALIBRATION = "calibration-error";
  private static final String TEACHERS_ACCURACY = "teacher-accuracy";

  /** Of the teacher from the student after each of its steps, the mean over all steps. */
  private static final String APART = "teacher-divergence";

  private static final String CONVERGED = "kd-converged";
  private static final String FREE = "prokt-0";
  private static final String HELD = "prokt";
  private static final String MUTUAL = "mutual";
  private static final String BALANCED = "bd-kd";
  private static final double LAMBDA = 0.4;
  private static final BdKd BALANCE = new BdKd();
  private static final int BATCH = 64;
  private static final int AT_ONCE = 500;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<ImageExample> train;
  private final Dataset<ImageExample> test;
  private final float[] labels;
  private final float[][] converged;
  private final String scores;

  TwoFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path work = given.folder("work");
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all =
        task.read(given.folder("data"), Task.Split.TRAIN, task.preprocessing());
    this.train = ImageFixture.balanced(all, given.count("images"), false);
    this.test = task.read(given.folder("data"), Task.Split.TEST, task.preprocessing());
    this.labels = Agreement.labels(test);
    double epochs = given.positive("teacher-epochs");
    KeptTeacher teacher = KeptTeacher.of(
        "converged",
        given.text("images") + " images, " + given.text("teacher-epochs") + " epochs",
        ImageFixture.LARGE,
        new Training(train, BATCH, epochs, TEACHER_RATE, 0),
        work,
        manager,
        out);
    this.converged = teacher.answers(train, AT_ONCE, manager);
    float[][] answers = teacher.answers(test, AT_ONCE, manager);
    this.scores = String.format(
        Locale.ROOT,
        "The converged teacher is right on %.2f %% of the test images, its calibration error is"
            + " %.2f %%.",
        score(Metric.ACCURACY, answers),
        score(Metric.CALIBRATION_ERROR, answers));
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %s training images, balanced, the first of each class; %d test images;"
            + " student `%s`, AdamW at %s; teacher `%s`, AdamW at %s; both from random weights, %s"
            + " epochs of batches of %d; the converged teacher %s epochs of the same.",
        given.text("images"),
        test.size(),
        ImageFixture.SMALL,
        RATE,
        ImageFixture.LARGE,
        TEACHER_RATE,
        given.text("epochs"),
        BATCH,
        given.text("teacher-epochs"));
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(
        new Headline(CALIBRATION, "calibration error (15 bins), %", false, 2),
        new Headline(TEACHERS_ACCURACY, "test accuracy of the teacher that learns, %", true, 2),
        new Headline(APART, "divergence of the teacher after its steps", false, 3));
  }

  @Override
  public String teachers() {
    return scores;
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    Term task = Term.of(Entrant.PLAIN, 1);
    Term follow = Term.of(ProKt.NAME, 1);
    String beside = "a teacher that learns beside it";
    String inTurn = "a teacher that learns in turn, by statistics of the batch";
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of(CONVERGED, follow).from("the converged teacher"),
        Entrant.of(FREE, follow).from(inTurn + ", lambda 0").against(CONVERGED),
        Entrant.of(HELD, follow)
            .from(inTurn + ", lambda " + LAMBDA)
            .against(CONVERGED)
            .must(
                Sharper.below(
                    "the teacher's divergence from the student after its steps below that of"
                        + " lambda 0",
                    APART,
                    FREE),
                Sharper.above("accuracy above that of lambda 0", ACCURACY, FREE)),
        Entrant.of(MUTUAL, task, Term.of("kd", 1, ImmutableMap.of("temperature", 3)))
            .from(beside),
        Entrant.of(BALANCED, task, Term.of(BdKd.NAME, 1))
            .from(beside)
            .against(MUTUAL)
            .must(
                Sharper.above("accuracy above that of labels alone", ACCURACY, Entrant.PLAIN),
                Sharper.below("calibration error below that of mutual", CALIBRATION, MUTUAL),
                Sharper.below(
                    "calibration error below that of labels alone", CALIBRATION, Entrant.PLAIN)));
  }

  private double score(Metric metric, float[][] answers) {
    return 100 * Metrics.score(metric, answers, labels).value();
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    RandomStreams streams = new RandomStreams(seed);
    BatchPlan plan = new BatchPlan(train, BATCH, streams);
    long steps = Math.max(1, Math.round(given.positive("epochs") * plan.batchesPerEpoch()));
    RandomStreams others = new RandomStreams(streams.number("teacher", 0, 0));
    try (Learner student = learner(ImageFixture.SMALL, streams, RATE, steps, owner);
        Learner teacher = learner(ImageFixture.LARGE, others, TEACHER_RATE, steps, owner)) {
      double apart = 0;
      long begin = System.nanoTime();
      for (long step = 0; step < steps; step++) {
        int[] indices = plan.batch(step);
        try (NDManager scope = owner.newSubManager()) {
          Batch batch = train.batch(scope, indices, null);
          apart += round(entrant.name(), student, teacher, batch, indices, scope) / steps;
        }
      }
      double milliseconds = (System.nanoTime() - begin) / 1e6 / steps;
      return trial(entrant.name(), student, teacher, apart, milliseconds, owner);
    }
  }

  private static Learner learner(
      Architecture architecture, RandomStreams streams, double rate, long steps, NDManager owner) {
    return new Learner(InitialWeights.random(architecture, streams, owner), rate, steps, owner);
  }

  /** One step; how far ProKT's teacher is from the student, else 0. */
  private double round(
      String entrant,
      Learner student,
      Learner teacher,
      Batch batch,
      int[] indices,
      NDManager scope) {
    switch (entrant) {
      case CONVERGED -> {
        NDArray taught = taught(indices, scope);
        Rounds.alone(student, batch, logits -> new ProKt().loss(logits, taught), scope);
      }
      case FREE -> {
        return Rounds.progressive(new ProKtTeacher(0), student, teacher, batch, scope);
      }
      case HELD -> {
        return Rounds.progressive(new ProKtTeacher(LAMBDA), student, teacher, batch, scope);
      }
      case MUTUAL -> Rounds.mutual(BALANCE.temperature(), student, teacher, batch, scope);
      case BALANCED -> Rounds.balanced(BALANCE, student, teacher, batch, scope);
      default ->
        Rounds.alone(
            student, batch, logits -> new CrossEntropy().loss(logits, batch.labels()), scope);
    }
    return 0;
  }

  /** The converged teacher's logits of some images, [B,C]. */
  private NDArray taught(int[] indices, NDManager scope) {
    int classes = converged[0].length;
    float[] flat = new float[indices.length * classes];
    for (int row = 0; row < indices.length; row++) {
      System.arraycopy(converged[indices[row]], 0, flat, row * classes, classes);
    }
    return scope.create(flat, new Shape(indices.length, classes));
  }

  private Trial trial(
      String entrant,
      Learner student,
      Learner teacher,
      double apart,
      double milliseconds,
      NDManager owner) {
    float[][] answers = answers(student, owner);
    ImmutableMap.Builder<String, Double> measures = ImmutableMap.builder();
    measures.put(Trial.STEP, milliseconds);
    measures.put(ACCURACY, score(Metric.ACCURACY, answers));
    measures.put(CALIBRATION, score(Metric.CALIBRATION_ERROR, answers));
    boolean held = entrant.equals(FREE) || entrant.equals(HELD);
    if (held) {
      measures.put(APART, apart);
    }
    if (held || entrant.equals(MUTUAL) || entrant.equals(BALANCED)) {
      measures.put(TEACHERS_ACCURACY, score(Metric.ACCURACY, answers(teacher, owner)));
    }
    return Trial.of(measures.buildOrThrow());
  }

  private float[][] answers(Learner learner, NDManager owner) {
    return Prediction.logits(learner.network(), learner.weights(), test, AT_ONCE, owner);
  }

  @Override
  public void close() {
    manager.close();
  }
}
