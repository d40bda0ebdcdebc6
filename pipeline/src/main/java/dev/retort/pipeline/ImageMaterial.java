package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Alteration;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.ImageTask;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Raster;
import dev.retort.pipeline.recipe.Amount;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images.
 *
 * @param asked the task
 * @param folder where its files lie
 * @param preprocessing what is done to each image before a network sees it
 * @param side pixels a side that it comes out with
 */
record ImageMaterial(ImageTask asked, Path folder, Preprocessing preprocessing, int side)
    implements Material<ImageExample> {
  /** The dev part is the same whatever the recipe's seed, as one that comes in a file is. */
  private static final RandomStreams DEV = new RandomStreams(0);

  /** Prepared as the teacher's folder says, else as is usual for the task. */
  static ImageMaterial of(Recipe recipe, @Nullable ModelFolder teacher) {
    Path folder = folder(recipe);
    ImageTask task = task(recipe);
    Architecture looks = teacher == null
        ? Objects.requireNonNull(recipe.reader().architecture())
        : teacher.weights().architecture();
    Preprocessing told = teacher == null ? null : teacher.images();
    Preprocessing usual = told == null ? task.preprocessing() : told;
    try {
      Preprocessing planes = usual.withPlanes(looks.integer("channels"));
      int side = looks.integer("resolution");
      Raster first = task.read(folder, Task.Split.TRAIN, planes).get(0).image();
      return new ImageMaterial(
          task, folder, gives(planes, first, side) ? planes : planes.withSide(side), side);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.USAGE,
          "Images of " + task.name() + " cannot be prepared for " + looks + ": " + e.getMessage()
              + ". Give a teacher of as many channels as the images have planes.",
          e);
    }
  }

  /** Whether images come out with a side, going by the first of them. */
  private static boolean gives(Preprocessing preprocessing, Raster first, int side) {
    Preprocessing.Crop crop = preprocessing.crop();
    Preprocessing.Resize resize = preprocessing.resize();
    if (crop != null) {
      return crop.height() == side && crop.width() == side;
    }
    return resize == null
        ? first.height() == side && first.width() == side
        : !resize.shortSide() && resize.height() == side && resize.width() == side;
  }

  private static Path folder(Recipe recipe) {
    return Objects.requireNonNull(recipe.data(), "a checked recipe has data");
  }

  private static ImageTask task(Recipe recipe) {
    return ImageTask.open(
        Objects.requireNonNull(recipe.task(), "a checked recipe has a task").name(),
        folder(recipe));
  }

  /** How many images there are to train on. */
  static Estimate.Data size(Recipe recipe) {
    ImageTask task = task(recipe);
    long images = places(recipe);
    boolean whole = task.has(folder(recipe), Task.Split.DEV);
    long dev = whole ? 0 : dev(recipe).of((double) images);
    return new Estimate.Data(images - dev, task.outputs(), 1);
  }

  /** How many images the training files hold; those held out of them keep their places. */
  static long places(Recipe recipe) {
    ImageTask task = task(recipe);
    return task.read(folder(recipe), Task.Split.TRAIN, task.preprocessing()).size();
  }

  private static Amount dev(Recipe recipe) {
    return Objects.requireNonNull(recipe.evaluate().dev(), "a recipe for images has a dev part");
  }

  /** The files that lie in the folder itself; images in folders of their own are too many. */
  static ImmutableList<Path> inputs(Recipe recipe) {
    try (Stream<Path> files = Files.list(folder(recipe))) {
      return files.filter(Files::isRegularFile).sorted().collect(ImmutableList.toImmutableList());
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder(recipe) + ": cannot be listed (" + e.getMessage() + "). Check its permissions.",
          e);
    }
  }

  @Override
  public String task() {
    return asked.name();
  }

  @Override
  public ImmutableList<String> labels() {
    return asked.labels();
  }

  @Override
  public Architecture headed(Architecture found) {
    return found.family().outputs(found) == asked.outputs()
        ? found
        : found.family().classifier(found, asked.outputs());
  }

  @Override
  public Metric metric() {
    return asked.metrics().get(0);
  }

  @Override
  public ImmutableList<Metric> further() {
    return asked.metrics().subList(1, asked.metrics().size());
  }

  @Override
  public String given() {
    return "Networks look at images of " + side + " \u00d7 " + side + " pixels in "
        + preprocessing.planes() + (preprocessing.planes() == 1 ? " plane. " : " planes. ");
  }

  @Override
  public TaskData<ImageExample> read(Workbench bench) {
    Recipe recipe = bench.recipe;
    Dataset<ImageExample> train = asked.read(folder, Task.Split.TRAIN, preprocessing);
    Dataset<ImageExample> dev;
    if (asked.has(folder, Task.Split.DEV)) {
      dev = asked.read(folder, Task.Split.DEV, preprocessing);
    } else {
      int held = (int) Math.max(1, dev(recipe).of((double) train.size()));
      Subset.Split<ImageExample> split = Subset.heldOut(train, held, DEV);
      train = split.rest();
      dev = split.heldOut();
    }
    Dataset<ImageExample> test = asked.has(folder, Task.Split.TEST)
        ? asked.read(folder, Task.Split.TEST, preprocessing)
        : null;
    return TaskData.of(recipe, this, new TaskData.Parts<>(train, train, dev, test));
  }

  @Override
  public Alteration alteration(TrainingRecipe how) {
    return Objects.requireNonNull(how.augment()).augmentation();
  }

  @Override
  public Alteration alteration(TrainRecipe how) {
    return Objects.requireNonNull(how.augment()).augmentation();
  }

  @Override
  public StudentFolder.Description description() {
    return StudentFolder.Description.ofImages(
        labels(), preprocessing, ImmutableMap.of("task", task()));
  }

  /** None: how images are prepared stands in the description. */
  @Override
  public ImmutableMap<String, String> files() {
    return ImmutableMap.of();
  }

  @Override
  public String plural() {
    return "images";
  }
}
