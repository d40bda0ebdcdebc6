package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.image.Filter;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.LandmarkTable;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Target;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.procedure.ShapeModel;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Network;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Faces with 68 landmarks: a tough teacher learns them as they are, a tolerant one their soft
 * landmarks; once with true landmarks, once with a tenth of them wrong. P points, N images.
 */
final class LandmarkFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("epochs", "30", "teacher-epochs", "30", "images", "631");

  static final String ERROR = "nme";
  static final String BAND = "share-in-tough-band";
  static final String BEYOND = "share-beyond-tough";
  static final String TOUGH_ERROR = "tough-nme";
  static final String TOLERANT_ERROR = "tolerant-nme";

  private static final String FAMILY =
      "resnet-landmarks:depth=1/1/1,first-stride=2,resolution=32,channels=1,points=68,width=";
  private static final Architecture LARGE = Architecture.parse(FAMILY + "32/64/128");
  private static final Architecture SMALL = Architecture.parse(FAMILY + "8/16/32");
  private static final Preprocessing GREY = new Preprocessing(
      1, Preprocessing.Resize.square(32, Filter.BILINEAR), null, PixelScaling.HALF);
  private static final double WRONG = 0.1;
  /** The most that a wrong landmark is moved along each axis, as a share of the image. */
  private static final double MOVED = 0.3;

  private static final double KEPT = 0.9;
  private static final int BATCH = 32;
  private static final int AT_ONCE = 200;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;
  private static final double BORDER = 0.15;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final PrintStream out;
  private final Dataset<ImageExample> test;
  private final float[][] truth;
  private final Lessons clean;
  private final Lessons corrupted;

  /** What students learn from: data, the shape model of its landmarks, and teachers. */
  private record Lessons(
      Training training,
      ShapeModel shapes,
      ImmutableMap<String, Teacher> teachers,
      float[][] tough,
      float[][] tolerant) {}

  LandmarkFixture(Arguments given, PrintStream out) {
    this.given = given;
    this.out = out;
    Path data = given.folder("data");
    this.test = new ImageDataset(read(data.resolve("test").resolve("landmarks.tsv")), GREY);
    this.truth = MadeImages.targets(test, AT_ONCE, manager);
    ImmutableList<ImageExample> all =
        read(data.resolve("train").resolve("landmarks.tsv")).examples();
    List<ImageExample> some = all.subList(0, Math.min(all.size(), given.count("images")));
    this.clean = lessons("", some);
    this.corrupted = lessons("-corrupted", corrupted(some));
  }

  private static MadeImages read(Path table) {
    LandmarkTable lines = LandmarkTable.read(table);
    List<ImageExample> examples = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      examples.add(lines.read(i));
    }
    return MadeImages.of(examples);
  }

  private Lessons lessons(String ending, List<ImageExample> examples) {
    Dataset<ImageExample> hard = new ImageDataset(MadeImages.of(examples), GREY);
    List<double[]> shapes = new ArrayList<>();
    for (float[] each : MadeImages.targets(hard, AT_ONCE, manager)) {
      double[] shape = new double[each.length];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = each[i];
      }
      shapes.add(shape);
    }
    ShapeModel model = ShapeModel.fit(shapes, KEPT);
    Dataset<ImageExample> soft =
        new ImageDataset(MadeImages.of(softened(examples, hard, model)), GREY);
    KeptTeacher tough = teacher(LandmarkEntrants.TOUGH + ending, hard);
    KeptTeacher tolerant = teacher(LandmarkEntrants.TOLERANT + ending, soft);
    Path work = given.folder("work");
    return new Lessons(
        new Training(hard, BATCH, given.positive("epochs"), RATE, 0),
        model,
        ImmutableMap.of(
            Entrant.TEACHER, tough.asked(),
            LandmarkEntrants.TOUGH, tough.over(hard, work, out),
            LandmarkEntrants.TOLERANT, tolerant.over(hard, work, out)),
        tough.answers(test, AT_ONCE, manager),
        tolerant.answers(test, AT_ONCE, manager));
  }

  private KeptTeacher teacher(String name, Dataset<ImageExample> data) {
    Training how = new Training(data, BATCH, given.positive("teacher-epochs"), TEACHER_RATE, 0);
    String what = String.format(
        Locale.ROOT,
        "%s, %d faces, %s epochs, %s of the points moved by %s, %s of the variance",
        name,
        data.size(),
        given.text("teacher-epochs"),
        WRONG,
        MOVED,
        KEPT);
    return KeptTeacher.of(
        name, what, LARGE, how, Term.of("mse", 1), given.folder("work"), manager, out);
  }

  /** The same faces, a tenth of the points moved. */
  private static List<ImageExample> corrupted(List<ImageExample> examples) {
    RandomStreams streams = new RandomStreams(0);
    List<ImageExample> moved = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      ImageExample each = examples.get(i);
      RandomGenerator random = streams.at("landmark-noise", i);
      float[] places = ((Target.Points) each.target()).places().clone();
      for (int point = 0; point < places.length; point += 2) {
        if (random.nextDouble() < WRONG) {
          places[point] +=
              (float) (MOVED * random.nextDouble(-1, 1) * each.image().width());
          places[point + 1] +=
              (float) (MOVED * random.nextDouble(-1, 1) * each.image().height());
        }
      }
      moved.add(new ImageExample(each.image(), new Target.Points(places)));
    }
    return moved;
  }

  /** The same faces with their soft landmarks. */
  private List<ImageExample> softened(
      List<ImageExample> examples, Dataset<ImageExample> data, ShapeModel model) {
    float[][] shares = MadeImages.targets(data, AT_ONCE, manager);
    List<ImageExample> softened = new ArrayList<>();
    try (NDManager scratch = manager.newSubManager()) {
      int width = shares[0].length;
      float[] flat = model.soft(scratch.create(shares)).toFloatArray();
      for (int i = 0; i < examples.size(); i++) {
        ImageExample each = examples.get(i);
        float[] places = new float[width];
        for (int k = 0; k < width; k++) {
          places[k] = flat[i * width + k]
              * (k % 2 == 0 ? each.image().width() : each.image().height());
        }
        softened.add(new ImageExample(each.image(), new Target.Points(places)));
      }
    }
    return softened;
  }

  private double error(float[][] found) {
    return 100 * Metrics.score(Metric.NME, found, truth).value();
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Faces: %s crops with 68 landmarks to learn from, %d to test on, true ones always; where"
            + " landmarks are corrupted %.0f %% of the points of the training faces are moved along"
            + " each axis by up to %.0f %% of the image; student `%s`, %s epochs of batches of %d,"
            + " AdamW at %s; teachers `%s`, %s epochs, the tolerant one on soft landmarks of a"
            + " shape model that keeps %.0f %% of the variance.",
        given.text("images"),
        test.size(),
        100 * WRONG,
        100 * MOVED,
        SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        LARGE,
        given.text("teacher-epochs"),
        100 * KEPT);
  }

  @Override
  public Headline headline() {
    return new Headline(ERROR, "error (NME by the box), %", false, 3);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(
        new Headline(BAND, "coordinates within the tough teacher's band", true, 3),
        new Headline(BEYOND, "coordinates beyond the tough teacher", false, 3));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teachers (%,d parameters) have errors of %.3f %% (tough) and %.3f %% (tolerant), those"
            + " of corrupted landmarks %.3f %% and %.3f %%; the student has %,d parameters. The"
            + " shape models keep %d and %d components of 136.",
        KeptTeacher.parameters(LARGE),
        error(clean.tough()),
        error(clean.tolerant()),
        error(corrupted.tough()),
        error(corrupted.tolerant()),
        KeptTeacher.parameters(SMALL),
        clean.shapes().components().size(),
        corrupted.shapes().components().size());
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return LandmarkEntrants.all(clean.shapes(), corrupted.shapes());
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Lessons lessons = entrant.data().equals(LandmarkEntrants.CORRUPTED) ? corrupted : clean;
    Pupil pupil =
        Pupil.trained(entrant, SMALL, lessons.teachers(), lessons.training(), seed, owner);
    float[][] found = Prediction.logits(
        Network.of(SMALL, new EagerKernels()), pupil.weights(), test, AT_ONCE, owner);
    return Trial.of(ImmutableMap.<String, Double>builder()
        .putAll(pupil.measures())
        .put(ERROR, error(found))
        .put(BAND, share(found, lessons.tough(), BORDER, 1))
        .put(BEYOND, share(found, lessons.tough(), 1, Double.POSITIVE_INFINITY))
        .put(TOUGH_ERROR, error(lessons.tough()))
        .put(TOLERANT_ERROR, error(lessons.tolerant()))
        .buildOrThrow());
  }

  /** The share of coordinates whose error is between so many times the teacher's. */
  private double share(float[][] found, float[][] teacher, double from, double to) {
    long inside = 0;
    for (int i = 0; i < found.length; i++) {
      for (int k = 0; k < found[i].length; k++) {
        double own = Math.abs(found[i][k] - truth[i][k]);
        double other = Math.abs(teacher[i][k] - truth[i][k]);
        inside += own > from * other && own <= to * other ? 1 : 0;
      }
    }
    return inside / (double) (found.length * truth[0].length);
  }

  @Override
  public void close() {
    manager.close();
  }
}
