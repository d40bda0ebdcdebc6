package dev.retort.data.image;

import dev.retort.data.Alteration;
import dev.retort.data.Draw;
import java.util.random.RandomGenerator;

/**
 * What is done at random to images that a network is trained on, in the order of the components.
 *
 * <p>The first five are functions of (seed, epoch, index of the image in the data set): an image
 * looks the same in whatever batch it comes. MixUp and CutMix mix the images of one batch and are
 * functions of (seed, step). Places of landmarks forbid all but the window; masks and larger images
 * also allow flips.
 *
 * @param resizedCrop the least share of an image's area that a window keeps, which is resized to
 *     what the network sees and takes the place of resizing and cropping; above 0, to 1; 0: off.
 *     0.08 is usual for ImageNet
 * @param crop whether the window of the pre-processing's size lies anywhere in the image, not
 *     around its middle
 * @param padding black pixels around the image before that window is cut, 0 or more; above 0 only
 *     with {@code crop}. 4 is usual for CIFAR
 * @param flip the chance that left and right are swapped, 0 to 1; 0: off
 * @param operations how many operations of RandAugment are done in turn, 0 or more; 0: off
 * @param magnitude how strong these are, 0 to 30; 9 is usual
 * @param erasing the chance that a rectangle is set to 0 after scaling, 0 to 1; 0: off
 * @param mixUp the alpha of MixUp, 0 or more; 0: off. With CutMix too, each batch gets one of them
 * @param cutMix the alpha of CutMix, 0 or more; 0: off
 */
public record Augmentation(
    double resizedCrop,
    boolean crop,
    int padding,
    double flip,
    int operations,
    double magnitude,
    double erasing,
    double mixUp,
    double cutMix)
    implements Alteration {
  /** Nothing. */
  public static final Augmentation NONE = new Augmentation(0, false, 0, 0, 0, 9, 0, 0, 0);

  /** What CIFAR is usually trained with: a window after 4 pixels of padding, and flips. */
  public static final Augmentation CIFAR = NONE.withPaddedCrop(4).withFlip(0.5);

  /** The most padding. */
  public static final int MOST_PADDING = 1 << 10;

  /** The most operations of RandAugment. */
  public static final int MOST_OPERATIONS = 16;

  /** Checks the numbers. */
  public Augmentation {
    share("resizedCrop", resizedCrop);
    share("flip", flip);
    share("erasing", erasing);
    between("padding", padding, MOST_PADDING);
    between("operations", operations, MOST_OPERATIONS);
    between("magnitude", magnitude, RandAugment.MOST);
    between("mixUp", mixUp, Mixing.LARGEST_ALPHA);
    between("cutMix", cutMix, Mixing.LARGEST_ALPHA);
    if (padding > 0 && !crop) {
      throw new IllegalArgumentException("padding (" + padding + ") is for crop only");
    }
    if (resizedCrop > 0 && crop) {
      throw new IllegalArgumentException(
          "crop and resizedCrop (" + resizedCrop + ") exclude each other");
    }
  }

  /** The same with a window anywhere, after so much padding. */
  public Augmentation withPaddedCrop(int pixels) {
    return new Augmentation(
        resizedCrop, true, pixels, flip, operations, magnitude, erasing, mixUp, cutMix);
  }

  /** The same with windows that are resized and keep at least a share of the area. */
  public Augmentation withResizedCrop(double least) {
    return new Augmentation(
        least, crop, padding, flip, operations, magnitude, erasing, mixUp, cutMix);
  }

  /** The same with flips. */
  public Augmentation withFlip(double probability) {
    return new Augmentation(
        resizedCrop, crop, padding, probability, operations, magnitude, erasing, mixUp, cutMix);
  }

  /** The same with RandAugment. */
  public Augmentation withRandAugment(int count, double strength) {
    return new Augmentation(
        resizedCrop, crop, padding, flip, count, strength, erasing, mixUp, cutMix);
  }

  /** The same with rectangles erased. */
  public Augmentation withErasing(double probability) {
    return new Augmentation(
        resizedCrop, crop, padding, flip, operations, magnitude, probability, mixUp, cutMix);
  }

  /** The same with images mixed. */
  public Augmentation withMixing(double mixUpAlpha, double cutMixAlpha) {
    return new Augmentation(
        resizedCrop, crop, padding, flip, operations, magnitude, erasing, mixUpAlpha, cutMixAlpha);
  }

  /** Whether images of a batch are mixed, and labels are shares then. */
  public boolean mixes() {
    return mixUp > 0 || cutMix > 0;
  }

  /** All that is done to the bytes of one image, its pre-processing included. */
  ImageExample apply(ImageExample raw, Preprocessing preprocessing, Draw draw, int index) {
    checkFits(raw.target());
    ImageExample example = framed(raw, preprocessing, draw, index);
    if (flip > 0 && stream(draw, "image-flip", index).nextDouble() < flip) {
      example = example.flipped();
    }
    if (operations > 0) {
      RandomGenerator random = stream(draw, "image-operations", index);
      example = example.with(RandAugment.apply(example.image(), operations, magnitude, random));
    }
    return example;
  }

  private ImageExample framed(ImageExample raw, Preprocessing preprocessing, Draw draw, int index) {
    if (resizedCrop > 0) {
      RandomGenerator random = stream(draw, "image-resized-crop", index);
      return RandomResizedCrop.apply(raw, resizedCrop, preprocessing, random);
    }
    ImageExample resized = preprocessing.resized(raw);
    if (!crop) {
      return preprocessing.cropped(resized);
    }
    return RandomCrop.apply(
        resized, preprocessing.crop(), padding, stream(draw, "image-crop", index));
  }

  private void checkFits(Target target) {
    boolean category = target instanceof Target.Category;
    if (!category && (resizedCrop > 0 || operations > 0 || erasing > 0 || mixes())) {
      throw new IllegalArgumentException("Images that have no class, but places, masks or larger"
          + " images, cannot be altered by (" + this + "): crop and flip alone are for them");
    }
    if (target instanceof Target.Points && flip > 0) {
      throw new IllegalArgumentException(
          "Images with landmarks cannot be flipped (" + flip + "): left and right would be wrong");
    }
  }

  static RandomGenerator stream(Draw draw, String purpose, int index) {
    return draw.streams().at(purpose, draw.epoch(), index);
  }

  private static void share(String what, double value) {
    between(what, value, 1);
  }

  private static void between(String what, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(what + " (" + value + ") must be in [0, " + most + "]");
    }
  }
}
