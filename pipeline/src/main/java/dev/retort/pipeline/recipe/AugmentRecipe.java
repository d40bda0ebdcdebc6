package dev.retort.pipeline.recipe;

import dev.retort.data.image.Augmentation;
import org.jspecify.annotations.Nullable;

/**
 * What is done at random to the images that a network is trained on; nothing by default.
 *
 * @param crop black pixels around an image before a window of its own size is cut anywhere out of
 *     it; default 0: not
 * @param resizedCrop the least share of an image's area that a window keeps, which is then resized;
 *     default 0: not
 * @param flip chance that an image is mirrored; default 0
 * @param randAugment operations of RandAugment and how strong they are
 * @param mixup alpha of MixUp, which mixes two images and their labels; default 0: not
 * @param cutmix alpha of CutMix, which pastes a part of one image into another; default 0: not
 * @param erase chance that a rectangle of an image is erased; default 0
 */
public record AugmentRecipe(
    int crop,
    double resizedCrop,
    double flip,
    RandAugment randAugment,
    double mixup,
    double cutmix,
    double erase) {
  /** Images as they are. */
  public static final AugmentRecipe NONE =
      new AugmentRecipe(0, 0, 0, new RandAugment(0, 9), 0, 0, 0);

  /**
   * RandAugment: each image goes through some operations drawn at random.
   *
   * @param operations how many; default 0
   * @param magnitude how strong, from 0 to 30; default 9
   */
  public record RandAugment(int operations, double magnitude) {}

  /** The same for a data set of images. */
  public Augmentation augmentation() {
    return new Augmentation(
        resizedCrop,
        crop > 0,
        crop,
        flip,
        randAugment.operations,
        randAugment.magnitude,
        erase,
        mixup,
        cutmix);
  }

  /** Reads the key {@code augment} of a training; null where the recipe is about text. */
  static @Nullable AugmentRecipe read(Section training, @Nullable AugmentRecipe standard) {
    if (standard == null) {
      training.foreign(Subject.OF_IMAGES, "augment");
      return null;
    }
    Section section = training.section("augment");
    Section strong = section.section("rand-augment");
    AugmentRecipe read = new AugmentRecipe(
        section.integer("crop", standard.crop, 0, Augmentation.MOST_PADDING),
        section.decimal("resized-crop", standard.resizedCrop, Interval.UNIT),
        section.decimal("flip", standard.flip, Interval.UNIT),
        new RandAugment(
            strong.integer(
                "operations", standard.randAugment.operations, 0, Augmentation.MOST_OPERATIONS),
            strong.decimal("magnitude", standard.randAugment.magnitude, Interval.MAGNITUDE)),
        section.decimal("mixup", standard.mixup, Interval.ALPHA),
        section.decimal("cutmix", standard.cutmix, Interval.ALPHA),
        section.decimal("erase", standard.erase, Interval.UNIT));
    strong.close();
    section.close();
    if (read.crop > 0 && read.resizedCrop > 0) {
      section.mistake("crop", "found beside resized-crop; allowed: one of the two; take one out");
      return standard;
    }
    return read;
  }

  /** Reads a share of pieces that a training leaves out; null where texts are not told apart. */
  static @Nullable Double ofText(
      Section training, String key, @Nullable Double standard, Subject subject) {
    if (standard == null) {
      training.foreign(subject.notOfExamples(), key);
      return null;
    }
    return training.decimal(key, standard, Interval.BELOW_ONE);
  }
}
