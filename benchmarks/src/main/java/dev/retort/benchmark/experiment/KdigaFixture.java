package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PixelScaling;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.procedure.Kdiga;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Scaling;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * KDIGA on Fashion-MNIST: the teacher has learnt from attacked images, the student sees clean ones
 * alone and follows the teacher's logits and input gradients; both are then attacked. B batch, C
 * classes, D planes, H height, W width.
 */
final class KdigaFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "images", "3000",
      "epochs", "5",
      "teacher-images", "6000",
      "teacher-epochs", "4",
      "attacked", "1000");

  private static final String ACCURACY = "accuracy";

  /** Right in spite of the attack. */
  private static final String ROBUST = "robust-accuracy";

  /** Between the input gradients of student and teacher, on test images. */
  private static final String DISTANCE = "gradient-distance";

  /** The norm of the loss, on the batches that are learnt from. */
  private static final String OWN = "distance";

  private static final String KD = "kd";
  private static final String ALIGNED = "kdiga";

  private static final Architecture LARGE = Architecture.parse(ImageFixture.FAMILY + "16/32/64");
  private static final int BATCH = 64;
  private static final int AT_ONCE = 250;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;
  private static final long TEACHER_SEED = 1;
  private static final double EPSILON = 8 / 255.0;
  private static final PixelScaling PIXELS =
      IdxTask.FASHION_MNIST.preprocessing().scaling();

  /** What the teacher learns from. */
  private static final Pgd SHORT = new Pgd(EPSILON, 4 / 255.0, 3, PIXELS);

  /** What all are measured under: the authors'. */
  private static final Pgd LONG = new Pgd(EPSILON, 1.6 / 255.0, 10, PIXELS);

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<ImageExample> train;
  private final Dataset<ImageExample> test;
  private final Dataset<ImageExample> attacked;
  private final float[] labels;
  private final KeptTeacher teacher;

  KdigaFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all = task.read(data, Task.Split.TRAIN, task.preprocessing());
    this.train = ImageFixture.balanced(all, given.count("images"), false);
    this.test = task.read(data, Task.Split.TEST, task.preprocessing());
    this.attacked = ImageFixture.balanced(test, given.count("attacked"), false);
    this.labels = Agreement.labels(test);
    Dataset<ImageExample> many = ImageFixture.balanced(all, given.count("teacher-images"), false);
    this.teacher = KeptTeacher.learnt(
        "robust",
        given.text("teacher-images") + " images under PGD, " + given.text("teacher-epochs")
            + " epochs",
        LARGE,
        owner -> robust(many, given.positive("teacher-epochs"), owner),
        given.folder("work"),
        manager,
        out);
  }

  /** Learns from attacked images alone, each attacked as the network is at that step. */
  private static Weights robust(Dataset<ImageExample> examples, double epochs, NDManager owner) {
    RandomStreams streams = new RandomStreams(TEACHER_SEED);
    Weights weights = InitialWeights.random(LARGE, streams, owner);
    Network network = Network.of(LARGE, new EagerKernels());
    BatchPlan plan = new BatchPlan(examples, BATCH, streams);
    new Loop(Math.max(1, Math.round(epochs * plan.batchesPerEpoch())), TEACHER_RATE)
        .run(
            weights,
            (leaves, step, scope) -> {
              ImageBatch batch = (ImageBatch) examples.batch(scope, plan.batch(step), null);
              NDArray moved = SHORT.attacked(
                  network, weights, batch, Normalization.BATCH, streams.at("attack", step));
              NDArray logits = Pgd.logits(network, leaves, batch, moved, Normalization.BATCH);
              return new CrossEntropy().loss(logits, batch.labels());
            },
            owner);
    return Loop.measured(network, weights, examples, AT_ONCE, owner);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %s training images, balanced, the first of each class; %d test images, the"
            + " first %d, balanced, also attacked: PGD, epsilon 8/255, 10 steps of 1.6/255 from a"
            + " point at random; student `%s`, %s epochs of batches of %d of clean images, AdamW at"
            + " %s; teacher `%s`, %s epochs on %s images under PGD, epsilon 8/255, 3 steps of"
            + " 4/255.",
        given.text("images"),
        test.size(),
        attacked.size(),
        ImageFixture.SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        LARGE,
        given.text("teacher-epochs"),
        given.text("teacher-images"));
  }

  @Override
  public Headline headline() {
    return new Headline(ROBUST, "accuracy under PGD, %", true, 2);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(
        new Headline(ACCURACY, "clean accuracy, %", true, 2),
        new Headline(DISTANCE, "distance of input gradients to the teacher's", false, 3),
        new Headline(Trial.STEP, "milliseconds a step", false, 0));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) is right on %.2f %% of the test images, and on %.2f %% of"
            + " those attacked; the student has %,d parameters.",
        KeptTeacher.parameters(LARGE),
        clean(teacher.network(), teacher.weights(), manager),
        robust(teacher.network(), teacher.weights(), manager),
        KeptTeacher.parameters(ImageFixture.SMALL));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return ImmutableList.of(
        Entrant.plain(),
        // What is left of the method's loss without its norm: its divergence is a mean over rows
        // and classes, a tenth of the usual one.
        Entrant.of(
            KD, Term.of(Entrant.PLAIN, 0.5), Term.of(KD, 0.05, ImmutableMap.of("temperature", 1))),
        aligned(ALIGNED, 0.5),
        aligned("kdiga-640", 640),
        aligned("kdiga-6400", 6400));
  }

  private static Entrant aligned(String name, Number gamma) {
    return Entrant.of(name, Term.of(ALIGNED, 1, ImmutableMap.of("gamma", gamma)))
        .against(KD)
        .must(
            Sharper.below(
                "distance of input gradients to the teacher's, on test images, below that of kd",
                DISTANCE,
                KD),
            Sharper.fallen(OWN, 1));
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    RandomStreams streams = new RandomStreams(seed);
    Weights weights = InitialWeights.random(ImageFixture.SMALL, streams, owner);
    Network student = Network.of(ImageFixture.SMALL, new EagerKernels());
    BatchPlan plan = new BatchPlan(train, BATCH, streams);
    long steps = Math.max(1, Math.round(given.positive("epochs") * plan.batchesPerEpoch()));
    List<Double> distances = new ArrayList<>();
    long begin = System.nanoTime();
    new Loop(steps, RATE)
        .run(
            weights,
            (leaves, step, scope) -> {
              ImageBatch batch = (ImageBatch) train.batch(scope, plan.batch(step), null);
              return loss(entrant, student, leaves, batch, distances);
            },
            owner);
    double milliseconds = (System.nanoTime() - begin) / 1e6 / steps;
    Weights learnt = Loop.measured(student, weights, train, AT_ONCE, owner);
    int count = distances.size();
    int part = Math.max(1, count / 10);
    return Trial.of(ImmutableMap.of(
        Trial.STEP,
        milliseconds,
        ACCURACY,
        clean(student, learnt, owner),
        ROBUST,
        robust(student, learnt, owner),
        DISTANCE,
        distance(student, learnt, owner),
        Trial.BEGIN + OWN,
        mean(distances.subList(0, Math.min(count, part))),
        Trial.END + OWN,
        mean(distances.subList(Math.max(0, count - part), count))));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private NDArray loss(
      Entrant entrant, Network student, Weights leaves, ImageBatch batch, List<Double> distances) {
    if (entrant.name().startsWith(ALIGNED)) {
      Object gamma = entrant.terms().get(0).options().getOrDefault("gamma", 0.5);
      Kdiga kdiga = new Kdiga(0.5, ((Number) gamma).doubleValue(), 1, Kdiga.Reduction.ELEMENTS);
      Kdiga.Terms terms = kdiga.terms(
          batch.pixels(),
          batch.labels(),
          x -> Pgd.logits(student, leaves, batch, x, Normalization.BATCH),
          x -> taught(batch, x));
      distances.add((double) terms.distance().getFloat());
      return kdiga.total(terms);
    }
    NDArray logits = Pgd.logits(student, leaves, batch, batch.pixels(), Normalization.BATCH);
    NDArray task = new CrossEntropy().loss(logits, batch.labels());
    if (!entrant.name().equals(KD)) {
      return task;
    }
    NDArray fixed;
    try (Autograd off = Autograd.off()) {
      fixed = taught(batch, batch.pixels());
    }
    return Scaling.by(task, 0.5).add(Scaling.by(new LogitKd(1).loss(logits, fixed), 0.05));
  }

  private NDArray taught(ImageBatch batch, NDArray pixels) {
    return Pgd.logits(teacher.network(), teacher.weights(), batch, pixels, Normalization.RUNNING);
  }

  private double clean(Network network, Weights weights, NDManager owner) {
    float[][] logits = Prediction.logits(network, weights, test, AT_ONCE, owner);
    return 100 * Metrics.score(Metric.ACCURACY, logits, labels).value();
  }

  /** The share of attacked images that it is right on; each is attacked alike for every network. */
  private double robust(Network network, Weights weights, NDManager owner) {
    float[][] logits = new float[attacked.size()][];
    for (int[] indices : BatchPlan.sequential(attacked, AT_ONCE)) {
      try (NDManager scope = owner.newSubManager();
          Autograd off = Autograd.off()) {
        ImageBatch batch = (ImageBatch) attacked.batch(scope, indices, null);
        RandomGenerator random = new RandomStreams(0).at("attack", indices[0]);
        NDArray moved = LONG.attacked(network, weights, batch, Normalization.RUNNING, random);
        NDArray answers = Pgd.logits(network, weights, batch, moved, Normalization.RUNNING);
        float[] flat = answers.toFloatArray();
        int classes = flat.length / indices.length;
        for (int i = 0; i < indices.length; i++) {
          logits[indices[i]] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
        }
      }
    }
    return 100
        * Metrics.score(Metric.ACCURACY, logits, Agreement.labels(attacked)).value();
  }

  /** The mean over images of the distance of the two derivatives of each one's cross-entropy. */
  private double distance(Network student, Weights weights, NDManager owner) {
    double sum = 0;
    for (int[] indices : BatchPlan.sequential(attacked, AT_ONCE)) {
      try (NDManager scope = owner.newSubManager();
          Autograd off = Autograd.off()) {
        ImageBatch batch = (ImageBatch) attacked.batch(scope, indices, null);
        NDArray own = Pgd.slope(student, weights, batch, batch.pixels(), Normalization.RUNNING);
        NDArray other = Pgd.slope(
            teacher.network(), teacher.weights(), batch, batch.pixels(), Normalization.RUNNING);
        NDArray apart = own.sub(other).reshape(indices.length, -1);
        // The loss is the batch's mean, so each image's derivative is a share of its own.
        sum += indices.length * apart.square().sum(new int[] {1}).sqrt().sum().getFloat();
      }
    }
    return sum / attacked.size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
