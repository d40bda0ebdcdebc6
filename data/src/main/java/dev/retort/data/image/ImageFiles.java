package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/** Images in files of their own, each decoded when it is asked for; they have classes. */
final class ImageFiles implements ImageSource {
  private final ImmutableList<Path> files;
  private final int[] categories;
  private final int classes;

  /**
   * Looks at no file yet.
   *
   * @param files PNG or JPEG
   * @param categories the class of each; -1 without one
   * @param classes number of classes
   */
  ImageFiles(ImmutableList<Path> files, int[] categories, int classes) {
    if (files.size() != categories.length) {
      throw new IllegalArgumentException(
          "(" + files.size() + ") files have (" + categories.length + ") classes");
    }
    this.files = files;
    this.categories = categories;
    this.classes = classes;
  }

  @Override
  public int size() {
    return categories.length;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public ImageExample read(int index) {
    return ImageExample.of(ImageDecoder.decode(files.get(index)), categories[index]);
  }

  @Override
  public float label(int index) {
    return ImageExample.labelOf(categories[index]);
  }

  @Override
  public String name(int index) {
    return files.get(index).toString();
  }
}
