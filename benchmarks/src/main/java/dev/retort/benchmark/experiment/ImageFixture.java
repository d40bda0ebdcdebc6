package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PackedImages;
import dev.retort.data.image.Target;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.feature.Dfa;
import dev.retort.distill.objective.logit.Wsl;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Network;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Fashion-MNIST: a ResNet of three stages teaches one of a quarter of its channels, which sees a
 * tenth of the images. A second teacher saw labels of which a fifth is wrong, a third has several
 * blocks in a stage.
 */
final class ImageFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "images", "3000",
      "epochs", "8",
      "teacher-images", "60000",
      "teacher-epochs", "3",
      "noisy-images", "20000");

  static final String NOISY = "noisy";

  /** A teacher of three blocks in each stage. */
  static final String DEEP = "deep";

  /** The same, the middle block of each of these giving noise. */
  static final String NOISE_LAYER = "deep, with layers of noise";

  static final String ACCURACY = "accuracy";
  static final String CALIBRATION = "calibration-error";
  static final String DIVERGENCE = "divergence";
  static final String NON_TARGET = "non-target-gap";
  static final String RANKS = "rank-correlation";
  static final String WEIGHT_WRONG = "weight-where-teacher-is-wrong";
  static final String WEIGHT_RIGHT = "weight-where-teacher-is-right";

  static final String FAMILY =
      "resnet:depth=1/1/1,first-stride=2,resolution=28,channels=1,classes=10,width=";
  static final Architecture LARGE = Architecture.parse(FAMILY + "32/64/128");
  static final Architecture LONG = Architecture.parse(
      "resnet:depth=3/3/3,first-stride=2,resolution=28,channels=1,classes=10,width=16/32/64");
  static final Architecture SMALL = Architecture.parse(FAMILY + "8/16/32");
  private static final double TEMPERATURE = 4;
  private static final double NOISE = 0.2;
  private static final int BATCH = 64;
  private static final int AT_ONCE = 500;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;
  private static final int CLASSES = 10;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<ImageExample> train;
  private final Dataset<ImageExample> test;
  private final float[] trainLabels;
  private final float[] testLabels;
  private final Training training;
  private final ImmutableMap<String, Teacher> teachers;
  private final float[][] answers;
  private final float[][] noisyOnTrain;
  private final String scores;

  ImageFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    Path work = given.folder("work");
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all = task.read(data, Task.Split.TRAIN, task.preprocessing());
    this.train = balanced(all, given.count("images"), false);
    this.test = task.read(data, Task.Split.TEST, task.preprocessing());
    this.trainLabels = Agreement.labels(train);
    this.testLabels = Agreement.labels(test);
    this.training = new Training(train, BATCH, given.positive("epochs"), RATE, 0);
    int many = given.count("teacher-images");
    int fewer = given.count("noisy-images");
    KeptTeacher clean = teacher(Entrant.TEACHER, LARGE, all, many, work, out);
    KeptTeacher noisy = teacher(NOISY, LARGE, all, fewer, work, out);
    KeptTeacher deep = teacher(DEEP, LONG, all, fewer, work, out);
    this.teachers = ImmutableMap.of(
        Entrant.TEACHER,
        clean.over(train, work, out),
        NOISY,
        noisy.over(train, work, out),
        DEEP,
        deep.asked(),
        NOISE_LAYER,
        new NoiseLayer(deep.asked(), middles()));
    this.answers = answers(clean, test);
    this.noisyOnTrain = answers(noisy, train);
    this.scores = String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) is right on %.2f %% of the test images, the one of noisy"
            + " labels on %.2f %%; the student has %,d parameters. The deep one is `%s` (%,d"
            + " parameters), trained on %d images, and right on %.2f %%.",
        KeptTeacher.parameters(LARGE),
        100 * accuracy(answers, testLabels),
        100 * accuracy(answers(noisy, test), testLabels),
        KeptTeacher.parameters(SMALL),
        LONG,
        KeptTeacher.parameters(LONG),
        fewer,
        100 * accuracy(answers(deep, test), testLabels));
  }

  /** Of each group of {@code dfa} the block in the middle. */
  private static ImmutableSet<Tap> middles() {
    return new Dfa()
        .groups(SMALL, LONG).stream()
            .map(group -> group.get(group.size() / 2))
            .collect(ImmutableSet.toImmutableSet());
  }

  private KeptTeacher teacher(
      String name,
      Architecture architecture,
      Dataset<ImageExample> all,
      int images,
      Path work,
      PrintStream out) {
    Training how = new Training(
        balanced(all, images, name.equals(NOISY)),
        2 * BATCH,
        given.positive("teacher-epochs"),
        TEACHER_RATE,
        0);
    String what = name + " " + images + " images, " + given.text("teacher-epochs") + " epochs";
    return KeptTeacher.of(name, what, architecture, how, work, manager, out);
  }

  /** The first images of each class, in memory and numbered from 0; some with a wrong label. */
  static Dataset<ImageExample> balanced(Dataset<ImageExample> all, int images, boolean noisy) {
    Subset<ImageExample> chosen = Subset.firstPerClass(all, images / CLASSES);
    RandomGenerator random = new RandomStreams(0).at("label-noise", 0);
    List<ImageExample> kept = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      ImageExample each = chosen.get(i);
      int label = ((Target.Category) each.target()).index();
      if (noisy && random.nextDouble() < NOISE) {
        label = (label + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
      }
      kept.add(ImageExample.of(each.image(), label));
    }
    return new ImageDataset(PackedImages.of(kept, CLASSES), IdxTask.FASHION_MNIST.preprocessing());
  }

  private float[][] answers(KeptTeacher teacher, Dataset<?> data) {
    return teacher.answers(data, AT_ONCE, manager);
  }

  private static double accuracy(float[][] logits, float[] labels) {
    return Metrics.score(Metric.ACCURACY, logits, labels).value();
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %s training images, balanced, the first of each class; %d test images;"
            + " student `%s`, %s epochs of batches of %d, AdamW at %s; teacher `%s`, %s epochs on"
            + " %s images (noisy: %s images, of which %.0f %% have a wrong label).",
        given.text("images"),
        test.size(),
        SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        LARGE,
        given.text("teacher-epochs"),
        given.text("teacher-images"),
        given.text("noisy-images"),
        100 * NOISE);
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public String teachers() {
    return scores;
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return ImageEntrants.all(train.size());
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Pupil pupil = Pupil.trained(entrant, SMALL, teachers, training, seed, owner);
    Network network = Network.of(SMALL, new EagerKernels());
    float[][] logits = Prediction.logits(network, pupil.weights(), test, AT_ONCE, owner);
    ImmutableMap.Builder<String, Double> measures = ImmutableMap.builder();
    measures.putAll(pupil.measures());
    measures.putAll(LayerShares.of(pupil.measures()));
    measures.put(ACCURACY, 100 * accuracy(logits, testLabels));
    measures.put(
        CALIBRATION,
        100 * Metrics.score(Metric.CALIBRATION_ERROR, logits, testLabels).value());
    measures.put(DIVERGENCE, Agreement.divergence(answers, logits, TEMPERATURE));
    measures.put(NON_TARGET, Agreement.nonTargetGap(answers, logits, testLabels));
    measures.put(RANKS, Agreement.rankCorrelation(answers, logits));
    for (Term term : entrant.terms()) {
      if (term.make() instanceof Wsl wsl) {
        measures.putAll(weights(wsl, network, pupil.weights(), owner));
      }
    }
    return Trial.of(measures.buildOrThrow());
  }

  /** The mean weight of the training images on which the noisy teacher is wrong, and right. */
  private ImmutableMap<String, Double> weights(
      Wsl wsl, Network network, Weights student, NDManager owner) {
    float[][] own = Prediction.logits(network, student, train, AT_ONCE, owner);
    float[] weights;
    try (NDManager scratch = owner.newSubManager();
        Autograd off = Autograd.off()) {
      long[] labels = new long[trainLabels.length];
      Arrays.setAll(labels, i -> (long) trainLabels[i]);
      weights = wsl.weights(
              scratch.create(own), scratch.create(noisyOnTrain), scratch.create(labels))
          .toFloatArray();
    }
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int i = 0; i < weights.length; i++) {
      int right = largest(noisyOnTrain[i]) == (int) trainLabels[i] ? 1 : 0;
      sums[right] += weights[i];
      counts[right]++;
    }
    return ImmutableMap.of(
        WEIGHT_WRONG, sums[0] / Math.max(1, counts[0]),
        WEIGHT_RIGHT, sums[1] / Math.max(1, counts[1]));
  }

  private static int largest(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }

  @Override
  public void close() {
    manager.close();
  }
}
