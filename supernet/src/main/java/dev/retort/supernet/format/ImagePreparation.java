package dev.retort.supernet.format;

import com.google.common.collect.ImmutableList;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How an image file becomes a model's input: resized, cropped in the middle, its bytes multiplied,
 * then normalised plane by plane, in this order.
 *
 * @param resize how it is resized; null: not at all
 * @param crop the size of the middle that is kept; null: all of it
 * @param scale what each byte from 0 to 255 is multiplied by; 1/255 as a rule
 * @param mean what is taken from each plane after that; empty: nothing
 * @param deviation what each plane is divided by after that; as many as {@code mean}
 */
public record ImagePreparation(
    @Nullable Resize resize,
    @Nullable Size crop,
    double scale,
    ImmutableList<Double> mean,
    ImmutableList<Double> deviation) {

  /** ImageNet's mean and deviation, as torchvision has them; usual for CIFAR-10 too. */
  public static final ImagePreparation IMAGENET = new ImagePreparation(
      null,
      null,
      1 / 255.0,
      ImmutableList.of(0.485, 0.456, 0.406),
      ImmutableList.of(0.229, 0.224, 0.225));

  /** What most processors of transformers take: from -1 to 1. */
  public static final ImmutableList<Double> HALF = ImmutableList.of(0.5, 0.5, 0.5);

  /** Byte/128 - 1, as TensorFlow's MobileNets. */
  public static final ImagePreparation TENSORFLOW = new ImagePreparation(
      null, null, 1 / 128.0, ImmutableList.of(1.0, 1.0, 1.0), ImmutableList.of(1.0, 1.0, 1.0));

  /** Pixels down and across. */
  public record Size(int height, int width) {
    /** Checks that there is a pixel. */
    public Size {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException("No image is (" + height + ") by (" + width + ") large");
      }
    }

    /** A square. */
    public static Size square(int side) {
      return new Size(side, side);
    }
  }

  /** How pixels between pixels are made; the numbers are Pillow's, as in Hugging Face's files. */
  public enum Filter {
    NEAREST,
    LANCZOS,
    BILINEAR,
    BICUBIC,
    BOX,
    HAMMING
  }

  /**
   * How an image is resized.
   *
   * @param size the new size; where only the shorter side is given, a square of it
   * @param shorter whether the shorter side becomes that long and the other follows
   * @param filter how
   */
  public record Resize(Size size, boolean shorter, Filter filter) {
    /** Checks that the shorter side is one number. */
    public Resize {
      if (shorter && size.height() != size.width()) {
        throw new IllegalArgumentException("The shorter side cannot be (" + size + ")");
      }
    }
  }

  /** Checks the numbers. */
  public ImagePreparation {
    if (!(scale > 0) || !Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale must be a positive number (" + scale + ")");
    }
    if (mean.size() != deviation.size()
        || !mean.stream().allMatch(Double::isFinite)
        || !deviation.stream().allMatch(each -> each > 0 && Double.isFinite(each))) {
      throw new IllegalArgumentException("mean (" + mean + ") and deviation (" + deviation
          + ") need as many numbers, the latter positive");
    }
  }

  /** The middle of a photo, seven eighths of its shorter side, numbers as given. */
  public static ImagePreparation photo(int side, ImagePreparation numbers) {
    return new ImagePreparation(
        new Resize(Size.square(side * 8 / 7), true, Filter.BILINEAR),
        Size.square(side),
        numbers.scale(),
        numbers.mean(),
        numbers.deviation());
  }

  /** The side of the square that comes out, whatever goes in; empty where it is not one. */
  public OptionalInt side() {
    Size out = crop != null ? crop : resize != null && !resize.shorter() ? resize.size() : null;
    return out != null && out.height() == out.width()
        ? OptionalInt.of(out.height())
        : OptionalInt.empty();
  }
}
