package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is asked of images: their classes, the metrics, and how their files are read. */
public sealed interface ImageTask permits CifarTask, IdxTask, FolderTask, ListTask {
  /** The names that {@link #open} knows. */
  ImmutableList<String> NAMES = ImmutableList.of(
      "cifar-10", "cifar-100", "mnist", "fashion-mnist", "usps", FolderTask.NAME, ListTask.NAME);

  /** The name, as recipes and reports have it, such as {@code cifar-10}. */
  String name();

  /** The names of the classes in the order of the logits, two or more. */
  ImmutableList<String> labels();

  /** How its images are pre-processed where nothing else is asked for. */
  Preprocessing preprocessing();

  /** Whether a folder, or the folder below it that has the task's name, holds a part. */
  boolean has(Path folder, Task.Split split);

  /**
   * Reads a part.
   *
   * <p>Sets of records are held in memory, a byte a number, or left in their plain files where they
   * would fill more than a quarter of it; images in files of their own are decoded when asked for.
   *
   * @param folder holds the files, or a folder of the task's name that does
   * @throws UserException if a file is missing or is not what it should be
   */
  Dataset<ImageExample> read(Path folder, Task.Split split, Preprocessing preprocessing);

  /**
   * The metrics, the first being the one that models are compared by: top-1, top-5 where there are
   * more than five classes, and how far a model's sureness is off.
   */
  default ImmutableList<Metric> metrics() {
    return outputs() > 5
        ? ImmutableList.of(Metric.ACCURACY, Metric.TOP_5, Metric.CALIBRATION_ERROR)
        : ImmutableList.of(Metric.ACCURACY, Metric.CALIBRATION_ERROR);
  }

  /** The number of logits: the number of classes. */
  default int outputs() {
    return labels().size();
  }

  /**
   * The parts of a data set.
   *
   * @param train what weights are trained on
   * @param dev what settings are chosen on; no example of it is in the others
   * @param test what is reported; null if there is none
   */
  record Parts(
      Dataset<ImageExample> train,
      Dataset<ImageExample> dev,
      @Nullable Dataset<ImageExample> test) {}

  /**
   * Reads all parts; where there is no dev part, a share of the training part is cut off by seed.
   *
   * @param devShare the share, above 0 and below 1; without use where there is a dev part
   */
  default Parts parts(
      Path folder, Preprocessing preprocessing, double devShare, RandomStreams streams) {
    Dataset<ImageExample> train = read(folder, Task.Split.TRAIN, preprocessing);
    Dataset<ImageExample> test =
        has(folder, Task.Split.TEST) ? read(folder, Task.Split.TEST, preprocessing) : null;
    if (has(folder, Task.Split.DEV)) {
      return new Parts(train, read(folder, Task.Split.DEV, preprocessing), test);
    }
    if (!(devShare > 0 && devShare < 1)) {
      throw new IllegalArgumentException("devShare (" + devShare + ") must be in (0, 1)");
    }
    Subset.Split<ImageExample> cut = Subset.heldOut(train, devShare, streams);
    return new Parts(cut.rest(), cut.heldOut(), test);
  }

  /** Whether {@link #open} knows a name, in any case. */
  static boolean isName(String name) {
    return NAMES.contains(canonical(name));
  }

  /**
   * The task of a name, in any case.
   *
   * @param folder its data; the classes of {@code image-folder} and {@code image-list} are read
   *     from it, for the others it is not looked at
   * @throws UserException if there is no task of that name, or the classes cannot be read
   */
  static ImageTask open(String name, Path folder) {
    return switch (canonical(name)) {
      case "cifar-10" -> CifarTask.CIFAR_10;
      case "cifar-100" -> CifarTask.CIFAR_100;
      case "mnist" -> IdxTask.MNIST;
      case "fashion-mnist" -> IdxTask.FASHION_MNIST;
      case "usps" -> IdxTask.USPS;
      case FolderTask.NAME -> FolderTask.open(folder);
      case ListTask.NAME -> ListTask.open(folder);
      default ->
        throw new UserException(
            UserException.Kind.USAGE,
            "task: '" + name + "' is no task of images. Allowed: " + String.join(", ", NAMES)
                + ".");
    };
  }

  private static String canonical(String name) {
    String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
    return lower.equals("cifar10") || lower.equals("cifar100")
        ? "cifar-" + lower.substring(5)
        : lower;
  }
}
