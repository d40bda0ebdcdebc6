package dev.retort.benchmark.experiment;

import dev.retort.data.image.Raster;
import java.util.ArrayList;
import java.util.List;

/** Images cut into squares. */
final class Crops {
  private Crops() {}

  /** The squares of a side that lie next to each other from the top left; what is over is left. */
  static List<Raster> of(Raster image, int side) {
    List<Raster> crops = new ArrayList<>();
    for (int top = 0; top + side <= image.height(); top += side) {
      for (int left = 0; left + side <= image.width(); left += side) {
        crops.add(crop(image, top, left, side));
      }
    }
    return crops;
  }

  private static Raster crop(Raster image, int top, int left, int side) {
    byte[] pixels = new byte[image.planes() * side * side];
    for (int plane = 0; plane < image.planes(); plane++) {
      for (int row = 0; row < side; row++) {
        int from = (plane * image.height() + top + row) * image.width() + left;
        System.arraycopy(image.pixels(), from, pixels, (plane * side + row) * side, side);
      }
    }
    return new Raster(image.planes(), side, side, pixels);
  }
}
