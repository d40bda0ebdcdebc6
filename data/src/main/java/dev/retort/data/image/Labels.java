package dev.retort.data.image;

import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a batch as it grows: {@link Target} has their shapes.
 *
 * @param classes [B]; null where labels are numbers
 * @param numbers the labels otherwise; empty where there are classes
 * @param shape of the numbers
 */
record Labels(long @Nullable [] classes, float[] numbers, Shape shape) {
  /** Room for the labels of a batch whose targets are all like the first. */
  static Labels of(Target first, int batch) {
    if (first instanceof Target.Category) {
      return new Labels(new long[batch], new float[0], new Shape(batch));
    }
    Shape shape = shape(first, batch);
    return new Labels(null, new float[Math.toIntExact(shape.size())], shape);
  }

  private static Shape shape(Target target, int batch) {
    if (target instanceof Target.Points points) {
      return new Shape(batch, points.places().length);
    }
    if (target instanceof Target.Mask mask) {
      return new Shape(batch, mask.classes().height(), mask.classes().width());
    }
    if (target instanceof Target.Picture picture) {
      Raster image = picture.image();
      return new Shape(batch, image.planes(), image.height(), image.width());
    }
    throw new IllegalArgumentException("a class is no number (" + target + ")");
  }

  boolean isClasses() {
    return classes != null;
  }

  /** Sets the label of one image of the batch. */
  void set(int row, Target target, Raster image) {
    if (target instanceof Target.Category category && classes != null) {
      classes[row] = category.index();
      return;
    }
    if (classes != null || !shape(target, (int) shape.get(0)).equals(shape)) {
      throw new IllegalArgumentException(
          "the targets of a batch must be alike (" + target + ", " + shape + ")");
    }
    int from = row * (int) (numbers.length / shape.get(0));
    if (target instanceof Target.Points points) {
      float[] places = points.places();
      for (int i = 0; i < places.length; i++) {
        numbers[from + i] = places[i] / (i % 2 == 0 ? image.width() : image.height());
      }
    } else if (target instanceof Target.Mask mask) {
      byte[] each = mask.classes().pixels();
      for (int i = 0; i < each.length; i++) {
        int category = each[i] & 0xFF;
        numbers[from + i] = category == Target.Mask.VOID ? -1 : category;
      }
    } else if (target instanceof Target.Picture picture) {
      byte[] each = picture.image().pixels();
      for (int i = 0; i < each.length; i++) {
        numbers[from + i] = (each[i] & 0xFF) / 255f;
      }
    }
  }

  /** Shares [B,C]: 1 for the class of an image; all 0 where it has none. */
  Labels shares(int count) {
    if (classes == null) {
      throw new IllegalArgumentException(
          "MixUp and CutMix need classes, not labels of (" + shape + ")");
    }
    float[] shares = new float[Math.multiplyExact(classes.length, count)];
    for (int row = 0; row < classes.length; row++) {
      if (classes[row] >= 0) {
        shares[row * count + (int) classes[row]] = 1;
      }
    }
    return new Labels(null, shares, new Shape(classes.length, count));
  }
}
