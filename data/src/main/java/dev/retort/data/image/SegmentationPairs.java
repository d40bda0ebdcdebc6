package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Photos and their masks: {@code images/NAME.jpg} or {@code .png} and {@code masks/NAME.png}.
 *
 * <p>A mask's numbers are classes: the index in its palette, or its grey; 255 is a pixel that does
 * not count. With two classes grey masks are black and white (0 and 255, or one bit), white being
 * class 1.
 */
public final class SegmentationPairs implements ImageSource {
  private final ImmutableList<Path> images;
  private final ImmutableList<Path> masks;
  private final int maskClasses;

  private SegmentationPairs(
      ImmutableList<Path> images, ImmutableList<Path> masks, int maskClasses) {
    this.images = images;
    this.masks = masks;
    this.maskClasses = maskClasses;
  }

  /**
   * Pairs the files of a folder, in the order of their names; none is decoded yet.
   *
   * @param folder holds {@code images} and {@code masks}
   * @param maskClasses number of classes of a pixel, 2 to 255
   * @throws dev.retort.space.UserException if an image has no mask or a mask no image
   */
  public static SegmentationPairs open(Path folder, int maskClasses) {
    if (maskClasses < 2 || maskClasses > Target.Mask.VOID) {
      throw new IllegalArgumentException(
          "maskClasses (" + maskClasses + ") must be 2 to " + Target.Mask.VOID);
    }
    Map<String, Path> images = byStem(SplitFiles.folder(folder.resolve("images")));
    Map<String, Path> masks = byStem(SplitFiles.folder(folder.resolve("masks")));
    images.forEach((stem, file) -> {
      if (!masks.containsKey(stem)) {
        throw TextLines.wrong(
            file, "has no mask: " + folder.resolve("masks").resolve(stem + ".png") + ".");
      }
    });
    masks.forEach((stem, file) -> {
      if (!images.containsKey(stem)) {
        throw TextLines.wrong(
            file,
            "is a mask of no image: " + folder.resolve("images").resolve(stem + ".jpg") + ".");
      }
    });
    return new SegmentationPairs(
        ImmutableList.copyOf(images.values()), ImmutableList.copyOf(masks.values()), maskClasses);
  }

  /** The images of a folder by their names without the ending; never empty. */
  static Map<String, Path> byStem(Path folder) {
    Map<String, Path> found = new TreeMap<>();
    for (Path file : SplitFiles.entries(folder)) {
      if (SplitFiles.isImage(file)) {
        Path before = found.putIfAbsent(SplitFiles.stem(file), file);
        if (before != null) {
          throw TextLines.wrong(file, "has the name of " + before + " but for its ending.");
        }
      }
    }
    if (found.isEmpty()) {
      throw TextLines.wrong(folder, "has no image. .png, .jpg and .jpeg are read.");
    }
    return found;
  }

  /** Number of classes of a pixel. */
  public int maskClasses() {
    return maskClasses;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public ImageExample read(int index) {
    Raster image = ImageDecoder.decode(images.get(index));
    Path file = masks.get(index);
    Raster mask = ImageDecoder.indices(file);
    if (mask.height() != image.height() || mask.width() != image.width()) {
      throw TextLines.wrong(
          file,
          "is " + mask.width() + " x " + mask.height() + " where its image is " + image.width()
              + " x " + image.height() + ".");
    }
    return new ImageExample(image, new Target.Mask(classes(file, mask)));
  }

  private Raster classes(Path file, Raster mask) {
    byte[] pixels = mask.pixels();
    boolean blackAndWhite = maskClasses == 2;
    for (int i = 0; i < pixels.length; i++) {
      int value = pixels[i] & 0xFF;
      if (blackAndWhite && value == 255) {
        pixels[i] = 1;
      } else if (value >= maskClasses && value != Target.Mask.VOID) {
        throw TextLines.wrong(
            file,
            "has the number " + value + " at column " + i % mask.width() + ", row "
                + i / mask.width() + ", where 0 to " + (maskClasses - 1) + " and 255 are allowed.");
      }
    }
    return mask;
  }

  @Override
  public float label(int index) {
    return Float.NaN;
  }

  @Override
  public String name(int index) {
    return images.get(index).toString();
  }
}
