package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Raster;
import dev.retort.data.image.SegmentationPairs;
import dev.retort.data.image.Target;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * CrackForest: a network of three stages that saw clean photos teaches a smaller one to find
 * cracks; both are tested on clean photos and on four kinds of noise.
 */
final class CrackFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("crops", "400", "test-crops", "200", "epochs", "20", "teacher-epochs", "20");

  /** The mean overlap of the kinds of noise. */
  static final String NOISY = "noisy-dice";

  /** The overlap of photos as they are. */
  static final String CLEAN = "clean-dice";

  private static final String FAMILY =
      "resnet-segmentation:depth=1/1/1,first-stride=2,resolution=64,channels=3,regions=1,";
  private static final Architecture LARGE =
      Architecture.parse(FAMILY + "width=24/48/96,decoder=48");
  private static final Architecture SMALL = Architecture.parse(FAMILY + "width=8/16/32,decoder=16");
  private static final Preprocessing COLOURS = Preprocessing.of(3, PixelScaling.HALF);
  private static final int SIDE = 64;
  private static final int TEST_EVERY = 4;

  /** The least pixels of cracks in a crop. */
  private static final int CRACKED = 30;

  private static final int BATCH = 16;
  private static final int AT_ONCE = 100;
  private static final double RATE = 5e-3;
  private static final double TEACHER_RATE = 2e-3;
  private static final RandomStreams STREAMS = new RandomStreams(0);

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final ImmutableList<ImageExample> train;
  private final ImmutableList<ImageExample> test;
  private final float[][] truth;
  private final ImmutableMap<String, Training> trainings;
  private final KeptTeacher teacher;

  CrackFixture(Arguments given, PrintStream out) {
    this.given = given;
    SegmentationPairs photos = SegmentationPairs.open(given.folder("data"), 2);
    this.train = crops(photos, false, given.count("crops"));
    this.test = crops(photos, true, given.count("test-crops"));
    this.truth = MadeImages.targets(data(test), AT_ONCE, manager);
    Dataset<ImageExample> clean = data(train);
    Dataset<ImageExample> mixed = data(mixed(train));
    double epochs = given.positive("epochs");
    // As many steps on more examples.
    double fewer = epochs * clean.size() / mixed.size();
    this.trainings = ImmutableMap.of(
        CrackEntrants.CLEAN, new Training(clean, BATCH, epochs, RATE, 0),
        CrackEntrants.MIXED, new Training(mixed, BATCH, fewer, RATE, 0));
    Path work = given.folder("work");
    Training how = new Training(clean, BATCH, given.positive("teacher-epochs"), TEACHER_RATE, 0);
    String what = "cracks, " + train.size() + " crops, " + given.text("teacher-epochs") + " epochs";
    this.teacher =
        KeptTeacher.of("cracks", what, LARGE, how, Term.of(new AreaLoss(), 1), work, manager, out);
  }

  private static Dataset<ImageExample> data(List<ImageExample> examples) {
    return new ImageDataset(MadeImages.of(examples), COLOURS);
  }

  /** Crops with cracks, drawn from the photos of one part. */
  private static ImmutableList<ImageExample> crops(
      SegmentationPairs photos, boolean ofTest, int count) {
    List<ImageExample> cracked = new ArrayList<>();
    for (int photo = 0; photo < photos.size(); photo++) {
      if (photo % TEST_EVERY == TEST_EVERY - 1 == ofTest) {
        ImageExample each = photos.read(photo);
        List<Raster> images = Crops.of(each.image(), SIDE);
        List<Raster> masks = Crops.of(((Target.Mask) each.target()).classes(), SIDE);
        for (int i = 0; i < images.size(); i++) {
          if (cracks(masks.get(i)) >= CRACKED) {
            cracked.add(new ImageExample(images.get(i), new Target.Mask(masks.get(i))));
          }
        }
      }
    }
    RandomGenerator random = STREAMS.at("crops", ofTest ? 1 : 0);
    while (cracked.size() > count) {
      cracked.remove(random.nextInt(cracked.size()));
    }
    return ImmutableList.copyOf(cracked);
  }

  private static int cracks(Raster mask) {
    int count = 0;
    for (byte each : mask.pixels()) {
      count += each == 1 ? 1 : 0;
    }
    return count;
  }

  /** The photos, and of every second one a copy with a noise that is drawn. */
  private static List<ImageExample> mixed(List<ImageExample> examples) {
    List<ImageExample> mixed = new ArrayList<>(examples);
    for (int i = 0; i < examples.size(); i += 2) {
      RandomGenerator random = STREAMS.at("noisy-copy", i);
      PhotoNoise noise = PhotoNoise.values()[random.nextInt(PhotoNoise.values().length)];
      mixed.add(spoilt(examples.get(i), noise, random));
    }
    return mixed;
  }

  private static ImageExample spoilt(
      ImageExample example, PhotoNoise noise, RandomGenerator random) {
    return new ImageExample(noise.of(example.image(), random), example.target());
  }

  /** The overlap on the test photos, with a noise. */
  private double overlap(
      Network network, Weights weights, List<ImageExample> photos, NDManager owner) {
    float[][] found = Prediction.logits(network, weights, data(photos), AT_ONCE, owner);
    return 100 * Metrics.score(Metric.DICE, found, truth).value();
  }

  private ImmutableMap<String, Double> overlaps(Network network, Weights weights, NDManager owner) {
    ImmutableMap.Builder<String, Double> measures = ImmutableMap.builder();
    measures.put(CLEAN, overlap(network, weights, test, owner));
    double sum = 0;
    for (PhotoNoise noise : PhotoNoise.values()) {
      List<ImageExample> spoilt = new ArrayList<>();
      for (int i = 0; i < test.size(); i++) {
        spoilt.add(spoilt(test.get(i), noise, STREAMS.at("test/" + noise.word(), i)));
      }
      double overlap = overlap(network, weights, spoilt, owner);
      measures.put(noise.word(), overlap);
      sum += overlap;
    }
    return measures.put(NOISY, sum / PhotoNoise.values().length).buildOrThrow();
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "CrackForest: %d crops of %d pixels from three photos of four, %d from the others, all with"
            + " cracks; noisy copies have one of four noises: pepper, salt, strokes that are no"
            + " cracks, blur; student `%s`, as many steps on both data as make %s epochs of the"
            + " clean crops in batches of %d, AdamW at %s; teacher `%s`, %s epochs on the clean"
            + " ones.",
        train.size(),
        SIDE,
        test.size(),
        SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        LARGE,
        given.text("teacher-epochs"));
  }

  @Override
  public Headline headline() {
    return new Headline(NOISY, "overlap (Dice) under noise, %", true, 2);
  }

  @Override
  public ImmutableList<Headline> details() {
    ImmutableList.Builder<Headline> details = ImmutableList.builder();
    details.add(new Headline(CLEAN, "clean", true, 2));
    for (PhotoNoise noise : PhotoNoise.values()) {
      details.add(new Headline(noise.word(), noise.word(), true, 2));
    }
    return details.build();
  }

  @Override
  public String teachers() {
    ImmutableMap<String, Double> scores = overlaps(teacher.network(), teacher.weights(), manager);
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) has an overlap of %.2f %% on clean photos and of %.2f %%"
            + " under noise; the student has %,d parameters.",
        KeptTeacher.parameters(LARGE),
        scores.get(CLEAN),
        scores.get(NOISY),
        KeptTeacher.parameters(SMALL));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return CrackEntrants.ALL;
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    ImmutableMap<String, Teacher> teachers = ImmutableMap.of(Entrant.TEACHER, teacher.asked());
    Training training = trainings.get(entrant.data());
    if (training == null) {
      throw new IllegalArgumentException("no data (" + entrant.data() + ")");
    }
    Pupil pupil = Pupil.trained(entrant, SMALL, teachers, training, seed, owner);
    Network network = Network.of(SMALL, new EagerKernels());
    return Trial.of(ImmutableMap.<String, Double>builder()
        .putAll(pupil.measures())
        .putAll(overlaps(network, pupil.weights(), owner))
        .buildOrThrow());
  }

  @Override
  public void close() {
    manager.close();
  }
}
