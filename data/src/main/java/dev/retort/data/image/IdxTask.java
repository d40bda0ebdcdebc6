package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Task;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Sets of grey images in IDX, plain or gzip: {@code train-images-idx3-ubyte} and
 * {@code train-labels-idx1-ubyte}; {@code t10k-} or {@code test-} alike, {@code dev-} or
 * {@code val-} if there is one. The set's name and a dash may stand before, more after the part.
 */
public final class IdxTask implements ImageTask {
  private static final ImmutableList<String> DIGITS =
      ImmutableList.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** MNIST (LeCun et al., 1998): digits, 28 x 28. */
  public static final IdxTask MNIST = new IdxTask("mnist", DIGITS, 0.1307, 0.3081);

  /** Fashion-MNIST (Xiao et al., 2017): clothes, 28 x 28. */
  public static final IdxTask FASHION_MNIST = new IdxTask(
      "fashion-mnist",
      ImmutableList.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot"),
      0.2860,
      0.3530);

  /** USPS (Hull, 1994): digits, 16 x 16. */
  public static final IdxTask USPS = new IdxTask("usps", DIGITS, 0.5, 0.5);

  private final String name;
  private final ImmutableList<String> labels;
  private final PixelScaling scaling;

  private IdxTask(String name, ImmutableList<String> labels, double mean, double deviation) {
    this.name = name;
    this.labels = labels;
    this.scaling = PixelScaling.of(1 / 255.0, mean, deviation);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ImmutableList<String> labels() {
    return labels;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.of(1, scaling);
  }

  @Override
  public boolean has(Path folder, Task.Split split) {
    return !images(folder, split).isEmpty();
  }

  @Override
  public Dataset<ImageExample> read(Path folder, Task.Split split, Preprocessing preprocessing) {
    ImmutableList<Path> found = images(SplitFiles.folder(folder), split);
    if (found.size() != 1) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder
              + (found.isEmpty() ? ": has no " : ": has more than one ")
              + words(split).get(0)
              + "-images-idx3-ubyte (also with .gz, with " + name + "- before it, or "
              + String.join(", ", words(split))
              + " for the part). Give the folder that holds the files of " + name + ".");
    }
    Path images = found.get(0);
    return new ImageDataset(IdxFormat.read(images, labels(images), labels.size()), preprocessing);
  }

  private static ImmutableList<String> words(Task.Split split) {
    return split == Task.Split.TEST ? ImmutableList.of("test", "t10k") : SplitFiles.words(split);
  }

  private static Path labels(Path images) {
    String stem = SplitFiles.name(images)
        .replace("images", "labels")
        .replace("idx3", "idx1")
        .replaceFirst("\\.gz$", "");
    for (String ending : new String[] {"", ".gz"}) {
      Path file = images.resolveSibling(stem + ending);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw TextLines.wrong(images, "has no " + stem + " (also with .gz) beside it.");
  }

  private ImmutableList<Path> images(Path folder, Task.Split split) {
    Pattern pattern = Pattern.compile("(" + name + "-)?(" + String.join("|", words(split))
        + ")(-.*)?-images[.-]idx3-ubyte(\\.gz)?");
    ImmutableList<Path> found = SplitFiles.matching(folder, pattern);
    return found.isEmpty() ? SplitFiles.matching(folder.resolve(name), pattern) : found;
  }

  @Override
  public String toString() {
    return name;
  }
}
