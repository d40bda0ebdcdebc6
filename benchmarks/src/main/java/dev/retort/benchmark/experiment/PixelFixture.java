package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PackedImages;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Raster;
import dev.retort.data.image.SuperResolutionFolder;
import dev.retort.data.image.Target;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.evaluate.Psnr;
import dev.retort.distill.evaluate.Ssim;
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
 * Photos of Set14 to learn to enlarge twice, those of Set5 to test on. There is no VQGAN: the prior
 * is a small network that learnt which photo a patch is from, its codebook k-means.
 */
final class PixelFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "patches", "400", "epochs", "15", "teacher-patches", "2000", "teacher-epochs", "8");

  /** One, to hold others against. */
  static final String ONE = "one";

  private static final String RATIO = "psnr";
  private static final String LIKENESS = "ssim";
  private static final int FACTOR = 2;
  private static final int SIDE = 16;
  private static final int TEST_SIDE = 32;
  private static final int CODES = 64;
  private static final String FAMILY = "super-resolution:scale=2,skip=bicubic,channels=3,";
  private static final String SMALL = FAMILY + "layers=1,width=16,resolution=";
  private static final String LARGE = FAMILY + "layers=3,width=32,resolution=";
  private static final String STAGES =
      "resnet:depth=1/1/1,first-stride=1,resolution=32,channels=3,width=8/16/32,classes=";
  private static final int BATCH = 16;
  private static final int PRIOR_BATCH = 64;
  private static final int PRIOR_EPOCHS = 5;
  private static final int AT_ONCE = 50;
  private static final double RATE = 2e-3;
  private static final double TEACHER_RATE = 1e-3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<ImageExample> test;
  private final float[][] truth;
  private final int photos;
  private final Training training;
  private final KeptTeacher teacher;
  private final ImmutableMap<String, Teacher> teachers;
  private final Prior prior;

  PixelFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    Path work = given.folder("work");
    List<List<ImageExample>> photos = patches(data.resolve("Set14"), SIDE);
    this.photos = photos.size();
    List<ImageExample> all = drawn(photos, given.count("teacher-patches"));
    Dataset<ImageExample> many = data(all);
    Dataset<ImageExample> some = data(all.subList(0, Math.min(all.size(), given.count("patches"))));
    this.test = data(
        patches(data.resolve("Set5"), TEST_SIDE).stream().flatMap(List::stream).toList());
    this.truth = MadeImages.targets(test, AT_ONCE, manager);
    this.training = new Training(some, BATCH, given.positive("epochs"), RATE, 0);
    String what = many.size() + " patches, " + given.text("teacher-epochs") + " epochs";
    this.teacher = KeptTeacher.of(
        "enlarging",
        what,
        Architecture.parse(LARGE + SIDE),
        new Training(many, BATCH, given.positive("teacher-epochs"), TEACHER_RATE, 0),
        Term.of("l1", 1),
        work,
        manager,
        out);
    this.teachers = ImmutableMap.of(Entrant.TEACHER, teacher.over(some, work, out));
    Dataset<ImageExample> known = labelled(photos);
    KeptTeacher network = KeptTeacher.of(
        "prior",
        known.size() + " patches of photos",
        Architecture.parse(STAGES + photos.size()),
        new Training(known, PRIOR_BATCH, PRIOR_EPOCHS, TEACHER_RATE, 0),
        work,
        manager,
        out);
    this.prior = Prior.of(network, known, CODES, manager);
  }

  /** The patches of each photo that has colours, small with their large ones. */
  private static List<List<ImageExample>> patches(Path folder, int side) {
    SuperResolutionFolder photos = SuperResolutionFolder.open(folder, FACTOR);
    List<List<ImageExample>> all = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      ImageExample each = photos.read(i);
      if (each.image().planes() == 3) {
        List<Raster> small = Crops.of(each.image(), side);
        List<Raster> large = Crops.of(((Target.Picture) each.target()).image(), FACTOR * side);
        List<ImageExample> patches = new ArrayList<>();
        for (int patch = 0; patch < small.size(); patch++) {
          patches.add(
              new ImageExample(small.get(patch), new Target.Picture(large.get(patch), FACTOR)));
        }
        all.add(patches);
      }
    }
    return all;
  }

  /** So many patches of all photos, in an order that is drawn. */
  private static List<ImageExample> drawn(List<List<ImageExample>> photos, int count) {
    List<ImageExample> left = new ArrayList<>();
    photos.forEach(left::addAll);
    RandomGenerator random = new RandomStreams(0).at("patches", 0);
    List<ImageExample> drawn = new ArrayList<>();
    while (!left.isEmpty() && drawn.size() < count) {
      drawn.add(left.remove(random.nextInt(left.size())));
    }
    return drawn;
  }

  private static Dataset<ImageExample> data(List<ImageExample> examples) {
    return new ImageDataset(MadeImages.of(examples), Preprocessing.of(3, PixelScaling.UNIT));
  }

  /** The large patches, each with the number of its photo. */
  private static Dataset<ImageExample> labelled(List<List<ImageExample>> photos) {
    List<ImageExample> labelled = new ArrayList<>();
    for (int photo = 0; photo < photos.size(); photo++) {
      for (ImageExample each : photos.get(photo)) {
        labelled.add(ImageExample.of(((Target.Picture) each.target()).image(), photo));
      }
    }
    return new ImageDataset(
        PackedImages.of(labelled, photos.size()), Preprocessing.of(3, PixelScaling.HALF));
  }

  /** The same weights for images of the test's size, which no tensor depends on. */
  private ImmutableMap<String, Double> scores(Weights weights, String family, NDManager owner) {
    Architecture larger = Architecture.parse(family + TEST_SIDE);
    float[][] found = Prediction.logits(
        Network.of(larger, new EagerKernels()),
        Weights.of(larger, weights.tensors()),
        test,
        AT_ONCE,
        owner);
    return ImmutableMap.of(
        RATIO, new Psnr(FACTOR, 0).of(found, truth).value(),
        LIKENESS, new Ssim(FACTOR, 0).of(found, truth).value());
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Set14 and Set5, enlarged twice: %d patches of %d pixels to learn from, out of %d photos,"
            + " %d patches of %d pixels to test on; student `%s`, %s epochs of batches of %d,"
            + " AdamW at %s; teacher `%s`, %s epochs on %s patches; prior `%s`, which learnt which"
            + " photo a patch is from, with %d codes.",
        training.examples().size(),
        SIDE,
        photos,
        test.size(),
        TEST_SIDE,
        Architecture.parse(SMALL + SIDE),
        given.text("epochs"),
        BATCH,
        RATE,
        Architecture.parse(LARGE + SIDE),
        given.text("teacher-epochs"),
        given.text("teacher-patches"),
        Architecture.parse(STAGES + photos),
        CODES);
  }

  @Override
  public Headline headline() {
    return new Headline(RATIO, "PSNR, dB", true, 3);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(new Headline(LIKENESS, "SSIM", true, 4));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) has %.3f dB; the student has %,d parameters. Means over"
            + " patches of the luma, 2 pixels left out at each edge.",
        KeptTeacher.parameters(teacher.network().architecture()),
        scores(teacher.weights(), LARGE, manager).get(RATIO),
        KeptTeacher.parameters(Architecture.parse(SMALL + SIDE)));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return PixelEntrants.all(prior);
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Architecture student = Architecture.parse(SMALL + SIDE);
    Pupil pupil = Pupil.trained(entrant, student, teachers, training, seed, owner);
    return Trial.of(ImmutableMap.<String, Double>builder()
        .putAll(pupil.measures())
        .putAll(scores(pupil.weights(), SMALL, owner))
        .put(ONE, 1.0)
        .buildOrThrow());
  }

  @Override
  public void close() {
    manager.close();
  }
}
