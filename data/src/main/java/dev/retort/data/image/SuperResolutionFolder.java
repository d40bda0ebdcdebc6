package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import java.nio.file.Path;

/**
 * Images of high resolution, each the target of its own bicubic reduction (that of Pillow), as
 * super-resolution is trained and judged (Set5, Set14). What is left over by the factor is cut off
 * at the right and at the bottom first.
 */
public final class SuperResolutionFolder implements ImageSource {
  private final ImmutableList<Path> files;
  private final int factor;

  private SuperResolutionFolder(ImmutableList<Path> files, int factor) {
    this.files = files;
    this.factor = factor;
  }

  /**
   * Finds the PNG and JPEG files of a folder, in the order of their names; none is decoded yet.
   *
   * @param factor how much smaller the input is, 2 to 8
   * @throws dev.retort.space.UserException if there is no image
   */
  public static SuperResolutionFolder open(Path folder, int factor) {
    if (factor < 2 || factor > 8) {
      throw new IllegalArgumentException("factor (" + factor + ") must be 2 to 8");
    }
    return new SuperResolutionFolder(
        ImmutableList.copyOf(SegmentationPairs.byStem(SplitFiles.folder(folder)).values()), factor);
  }

  /** How many times as high and wide the target is. */
  public int factor() {
    return factor;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public ImageExample read(int index) {
    Raster whole = ImageDecoder.decode(files.get(index));
    int height = whole.height() / factor;
    int width = whole.width() / factor;
    if (height == 0 || width == 0) {
      throw TextLines.wrong(
          files.get(index),
          "is " + whole.width() + " x " + whole.height() + ", too small to be reduced " + factor
              + " times.");
    }
    Raster high = whole.window(0, 0, height * factor, width * factor);
    Raster low = Resampling.resize(high, height, width, Filter.BICUBIC);
    return new ImageExample(low, new Target.Picture(high, factor));
  }

  @Override
  public float label(int index) {
    return Float.NaN;
  }

  @Override
  public String name(int index) {
    return files.get(index).toString();
  }
}
