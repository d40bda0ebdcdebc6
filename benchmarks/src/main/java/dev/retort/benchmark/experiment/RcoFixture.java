package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.procedure.EqualIntervals;
import dev.retort.distill.train.Teacher;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * RCO on Fashion-MNIST: a student learns from what its teacher was on the way, from early to
 * converged, each anchor for as many epochs, the rate anew for each.
 */
final class RcoFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "images", "3000",
      "epochs", "8",
      "teacher-images", "6000",
      "teacher-epochs", "12",
      "interval", "3");

  private static final String ACCURACY = "accuracy";

  /** The loss of distillation over the first steps. */
  private static final String FIRST = "first-kd";

  private static final String KD = "kd";
  private static final String RESTARTED = "kd-restarted";
  private static final String ROUTE = "rco";
  private static final int BATCH = 64;
  private static final int AT_ONCE = 500;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<ImageExample> train;
  private final Dataset<ImageExample> test;
  private final float[] labels;
  private final ImmutableList<Integer> anchors;
  private final ImmutableList<KeptTeacher> route;
  private final ImmutableMap<String, Teacher> teachers;

  RcoFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path work = given.folder("work");
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all =
        task.read(given.folder("data"), Task.Split.TRAIN, task.preprocessing());
    this.train = ImageFixture.balanced(all, given.count("images"), false);
    this.test = task.read(given.folder("data"), Task.Split.TEST, task.preprocessing());
    this.labels = Agreement.labels(test);
    int epochs = given.count("teacher-epochs");
    int images = given.count("teacher-images");
    this.anchors = new EqualIntervals(given.count("interval")).anchors(epochs);
    Training how =
        new Training(ImageFixture.balanced(all, images, false), BATCH, epochs, TEACHER_RATE, 0);
    this.route = KeptTeacher.route(
        "route",
        images + " images, " + epochs + " epochs, anchors " + anchors,
        ImageFixture.LARGE,
        how,
        Term.of(Entrant.PLAIN, 1),
        anchors.stream()
            .map(epoch -> how.steps() * epoch / epochs)
            .collect(ImmutableList.toImmutableList()),
        work,
        manager,
        out);
    ImmutableMap.Builder<String, Teacher> named = ImmutableMap.builder();
    for (int anchor = 0; anchor < route.size(); anchor++) {
      named.put(name(anchor), route.get(anchor).over(train, work, out));
    }
    named.put(Entrant.TEACHER, route.get(route.size() - 1).over(train, work, out));
    this.teachers = named.buildOrThrow();
  }

  private static String name(int anchor) {
    return "anchor " + anchor;
  }

  private static Term distilled() {
    return Term.of("kd", 0.9, ImmutableMap.of("temperature", 4));
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %s training images, balanced, the first of each class; %d test images;"
            + " student `%s`, %s epochs of batches of %d in all, AdamW at %s, warmed up and lowered"
            + " once, or once for each anchor; teacher `%s`, %s epochs on %s images, anchors after"
            + " epochs %s.",
        given.text("images"),
        test.size(),
        ImageFixture.SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        ImageFixture.LARGE,
        given.text("teacher-epochs"),
        given.text("teacher-images"),
        anchors);
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public String teachers() {
    StringBuilder scores = new StringBuilder("The anchors are right on");
    for (KeptTeacher each : route) {
      float[][] answers = each.answers(test, AT_ONCE, manager);
      scores
          .append(scores.toString().endsWith("on") ? " " : ", ")
          .append(Numbers.fixed(score(answers), 2))
          .append(" %");
    }
    return scores.append(" of the test images.").toString();
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    Term few = Term.of(Entrant.PLAIN, 0.1);
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of(KD, few, distilled()),
        Entrant.of(RESTARTED, few, distilled()).against(KD),
        Entrant.of(ROUTE, few, distilled())
            .from("the anchors in turn")
            .against(KD)
            .must(
                Sharper.below(
                    "distillation's loss over the first steps below that from the last teacher",
                    FIRST,
                    KD),
                Sharper.above("accuracy above that of kd-restarted", ACCURACY, RESTARTED)));
  }

  private double score(float[][] answers) {
    return 100 * Metrics.score(Metric.ACCURACY, answers, labels).value();
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Weights weights = InitialWeights.random(ImageFixture.SMALL, new RandomStreams(seed), owner);
    boolean parts = entrant.name().equals(ROUTE) || entrant.name().equals(RESTARTED);
    int stages = parts ? route.size() : 1;
    double epochs = given.positive("epochs") / stages;
    Training training = new Training(train, BATCH, epochs, RATE, 0);
    Map<String, Double> first = Map.of();
    for (int stage : IntStream.range(0, stages).toArray()) {
      String teacher = entrant.name().equals(ROUTE) ? name(stage) : Entrant.TEACHER;
      // Another order of examples in each stage, the same for all entrants.
      long own = stage == 0 ? seed : new RandomStreams(seed).number("stage", stage, 0);
      Map<String, Double> measures = Pupil.trained(
              entrant.from(teacher), weights, teachers, training, own, owner)
          .measures();
      first = stage == 0 ? measures : first;
    }
    float[][] answers = Prediction.logits(
        Network.of(ImageFixture.SMALL, new EagerKernels()), weights, test, AT_ONCE, owner);
    return Trial.of(ImmutableMap.of(
        Trial.STEP,
        first.getOrDefault(Trial.STEP, 0.0),
        FIRST,
        first.getOrDefault(Trial.BEGIN + "kd", 0.0),
        ACCURACY,
        score(answers)));
  }

  @Override
  public void close() {
    manager.close();
  }
}
