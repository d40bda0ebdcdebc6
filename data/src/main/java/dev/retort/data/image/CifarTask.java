package dev.retort.data.image;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Task;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) in their binary form, plain or gzip.
 *
 * <p>The files of a part are the published ones ({@code data_batch_1.bin} to {@code 5},
 * {@code test_batch.bin}; {@code train.bin}, {@code test.bin}) or all whose names begin with the
 * part's: {@code train*.bin}, {@code dev*.bin} or {@code val*.bin}, {@code test*.bin}.
 */
public final class CifarTask implements ImageTask {
  /** CIFAR-10. */
  public static final CifarTask CIFAR_10 = new CifarTask(
      "cifar-10",
      CifarFormat.CIFAR_10,
      ImmutableList.of("cifar-10", "cifar10", "cifar-10-batches-bin"),
      "airplane automobile bird cat deer dog frog horse ship truck");

  /** CIFAR-100 by its fine classes. */
  public static final CifarTask CIFAR_100 = new CifarTask(
      "cifar-100",
      CifarFormat.CIFAR_100,
      ImmutableList.of("cifar-100", "cifar100", "cifar-100-binary"),
      "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus"
          + " butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach"
          + " couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster"
          + " house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree"
          + " motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear"
          + " pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road"
          + " rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel"
          + " streetcar sunflower sweet_pepper table tank telephone television tiger tractor train"
          + " trout tulip turtle wardrobe whale willow_tree wolf woman worm");

  private final String name;
  private final CifarFormat format;
  private final ImmutableList<String> folders;
  private final ImmutableList<String> labels;

  private CifarTask(String name, CifarFormat format, ImmutableList<String> folders, String labels) {
    this.name = name;
    this.format = format;
    this.folders = folders;
    this.labels = ImmutableList.copyOf(Splitter.on(' ').split(labels));
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
    return Preprocessing.of(3, PixelScaling.IMAGENET);
  }

  @Override
  public boolean has(Path folder, Task.Split split) {
    return !files(folder, split).isEmpty();
  }

  @Override
  public Dataset<ImageExample> read(Path folder, Task.Split split, Preprocessing preprocessing) {
    ImmutableList<Path> files = files(SplitFiles.folder(folder), split);
    if (files.isEmpty()) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": has no " + SplitFiles.words(split).get(0)
              + "*.bin (also with .gz) nor the published names, nor has its folder "
              + String.join(" or ", folders) + ". Give the folder that holds the binary files of "
              + name + ".");
    }
    return new ImageDataset(source(files), preprocessing);
  }

  private ImageSource source(ImmutableList<Path> files) {
    boolean plain = files.stream().noneMatch(each -> each.toString().endsWith(".gz"));
    long bytes = files.stream().mapToLong(CifarFormat::length).sum();
    return plain && bytes > Runtime.getRuntime().maxMemory() / 4
        ? format.stream(files)
        : format.pack(files);
  }

  private ImmutableList<Path> files(Path folder, Task.Split split) {
    ImmutableList<Path> found = here(folder, split);
    for (String each : folders) {
      if (found.isEmpty()) {
        found = here(folder.resolve(each), split);
      }
    }
    return found;
  }

  private static ImmutableList<Path> here(Path folder, Task.Split split) {
    String published =
        switch (split) {
          case TRAIN -> "data_batch_[1-5]";
          case DEV -> "dev";
          case TEST -> "test_batch";
        };
    ImmutableList<Path> found =
        SplitFiles.matching(folder, Pattern.compile(published + "\\.bin(\\.gz)?"));
    return found.isEmpty()
        ? SplitFiles.matching(
            folder,
            Pattern.compile("(" + String.join("|", SplitFiles.words(split)) + ").*\\.bin(\\.gz)?"))
        : found;
  }

  @Override
  public String toString() {
    return name;
  }
}
