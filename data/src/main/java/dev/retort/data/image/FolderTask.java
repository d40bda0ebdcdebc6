package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import dev.retort.data.Dataset;
import dev.retort.data.Task;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder for each class that holds its PNG and JPEG files, as ImageNet is kept.
 *
 * <p>A part is a folder of such folders: {@code train}, {@code dev} (or {@code val}, {@code valid},
 * {@code validation}), {@code test}; where there is no {@code train}, the folder itself is the
 * training part. Classes are those of the training part, sorted by name. Hidden entries, and files
 * beside the folders of classes, are passed over; within them anything but images is refused.
 *
 * @param labels the names of the folders, sorted
 */
public record FolderTask(ImmutableList<String> labels) implements ImageTask {
  /** The name of such a task. */
  static final String NAME = "image-folder";

  /** Checks the classes. */
  public FolderTask {
    if (labels.size() < 2) {
      throw new IllegalArgumentException("two or more classes are needed (" + labels + ")");
    }
  }

  /**
   * Finds the classes.
   *
   * @throws UserException if there are not two folders or more
   */
  public static FolderTask open(Path folder) {
    Path part = part(SplitFiles.folder(folder), Task.Split.TRAIN);
    Path train = part == null ? folder : part;
    ImmutableList<String> labels =
        classFolders(train).stream().map(SplitFiles::name).collect(ImmutableList.toImmutableList());
    if (labels.size() < 2) {
      throw TextLines.wrong(
          train,
          "has " + labels.size() + " folders where one for each of two or more classes is needed,"
              + " such as " + train.resolve("cat").resolve("1.jpg") + ".");
    }
    return new FolderTask(labels);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.photo(224, Filter.BILINEAR, PixelScaling.IMAGENET);
  }

  @Override
  public boolean has(Path folder, Task.Split split) {
    return part(folder, split) != null;
  }

  @Override
  public Dataset<ImageExample> read(Path folder, Task.Split split, Preprocessing preprocessing) {
    Path part = part(SplitFiles.folder(folder), split);
    if (part == null) {
      throw TextLines.wrong(
          folder, "has no folder " + String.join(" or ", SplitFiles.words(split)) + ".");
    }
    List<Path> files = new ArrayList<>();
    List<Integer> categories = new ArrayList<>();
    for (Path each : classFolders(part)) {
      int category = labels.indexOf(SplitFiles.name(each));
      if (category < 0) {
        throw TextLines.wrong(
            each, "is no folder of a class of the training part. Allowed: " + shortened() + ".");
      }
      for (Path file : images(each)) {
        files.add(file);
        categories.add(category);
      }
    }
    if (files.isEmpty()) {
      throw TextLines.wrong(part, "has no image in folders of classes.");
    }
    return new ImageDataset(
        new ImageFiles(ImmutableList.copyOf(files), Ints.toArray(categories), labels.size()),
        preprocessing);
  }

  private String shortened() {
    return String.join(", ", labels.subList(0, Math.min(20, labels.size())))
        + (labels.size() > 20 ? " and " + (labels.size() - 20) + " more" : "");
  }

  private static ImmutableList<Path> images(Path folder) {
    ImmutableList<Path> files = SplitFiles.entries(folder);
    if (files.isEmpty()) {
      throw TextLines.wrong(folder, "is an empty folder of a class. Fill it or take it out.");
    }
    for (Path file : files) {
      SplitFiles.requireImage(file);
    }
    return files;
  }

  private static ImmutableList<Path> classFolders(Path folder) {
    return SplitFiles.entries(folder).stream()
        .filter(Files::isDirectory)
        .collect(ImmutableList.toImmutableList());
  }

  private static @Nullable Path part(Path folder, Task.Split split) {
    for (String each : SplitFiles.words(split)) {
      Path part = folder.resolve(each);
      if (Files.isDirectory(part)) {
        return part;
      }
    }
    return split == Task.Split.TRAIN && Files.isDirectory(folder) && !hasParts(folder)
        ? folder
        : null;
  }

  private static boolean hasParts(Path folder) {
    return part(folder, Task.Split.DEV) != null || part(folder, Task.Split.TEST) != null;
  }

  @Override
  public String toString() {
    return NAME;
  }
}
