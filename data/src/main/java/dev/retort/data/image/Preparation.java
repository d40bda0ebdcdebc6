package dev.retort.data.image;

import ai.djl.ndarray.types.Shape;
import dev.retort.data.Draw;
import dev.retort.space.UserException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Makes one batch. B batch, D planes, H height, W width. */
final class Preparation {
  private final ImageSource source;
  private final Preprocessing preprocessing;
  private final PixelBuffers buffers;
  private final @Nullable Draw draw;
  private final Augmentation augmentation;
  private final float[][] tables;

  Preparation(
      ImageSource source, Preprocessing preprocessing, PixelBuffers buffers, @Nullable Draw draw) {
    this.source = source;
    this.preprocessing = preprocessing;
    this.buffers = buffers;
    this.draw = draw;
    if (draw == null) {
      this.augmentation = Augmentation.NONE;
    } else if (draw.alteration() instanceof Augmentation images) {
      this.augmentation = images;
    } else {
      throw new IllegalArgumentException("Images cannot be altered by (" + draw.alteration() + ")");
    }
    this.tables = new float[preprocessing.planes()][];
    for (int plane = 0; plane < tables.length; plane++) {
      tables[plane] = preprocessing.scaling().table(plane);
    }
  }

  HostBatch run(int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a batch needs one image or more (0)");
    }
    ImageExample first = altered(indices[0]);
    Raster image = first.image();
    int length = image.pixels().length;
    ByteBuffer memory = buffers.take((long) indices.length * length);
    FloatBuffer pixels = memory.asFloatBuffer();
    Labels labels = Labels.of(first.target(), indices.length);
    for (int row = 0; row < indices.length; row++) {
      ImageExample each = row == 0 ? first : altered(indices[row]);
      checkSize(image, each.image(), indices[0], indices[row]);
      write(each.image(), pixels, row * length);
      if (draw != null) {
        RandomErasing.apply(augmentation, draw, indices[row], pixels, row * length, image);
      }
      labels.set(row, each.target(), image);
    }
    if (draw != null && augmentation.mixes()) {
      labels = labels.shares(source.classes());
      Mixing.apply(augmentation, draw, pixels, indices.length, image, labels.numbers());
    }
    return new HostBatch(
        memory,
        new Shape(indices.length, image.planes(), image.height(), image.width()),
        labels.classes(),
        labels.isClasses() ? null : FloatBuffer.wrap(labels.numbers()),
        labels.shape(),
        indices.clone(),
        buffers);
  }

  private ImageExample altered(int index) {
    ImageExample example = source.read(index).withPlanes(preprocessing.planes());
    if (draw == null) {
      return preprocessing.cropped(preprocessing.resized(example));
    }
    return augmentation.apply(example, preprocessing, draw, index);
  }

  private void write(Raster image, FloatBuffer pixels, int from) {
    byte[] bytes = image.pixels();
    int area = image.area();
    for (int plane = 0; plane < tables.length; plane++) {
      float[] table = tables[plane];
      for (int i = plane * area; i < (plane + 1) * area; i++) {
        pixels.put(from + i, table[bytes[i] & 0xFF]);
      }
    }
  }

  private void checkSize(Raster expected, Raster found, int first, int index) {
    if (expected.height() != found.height() || expected.width() != found.width()) {
      throw new UserException(
          UserException.Kind.INPUT,
          source.name(index)
              + ": is "
              + found.width()
              + " x "
              + found.height()
              + " where "
              + source.name(first)
              + " of the same batch is "
              + expected.width()
              + " x "
              + expected.height()
              + ". Give the pre-processing a size or a window, or batches of one.");
    }
  }
}
