package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import java.nio.file.Path;
import java.util.List;

/**
 * Images with places, from a table: {@code file<TAB>x0<TAB>y0<TAB>x1<TAB>y1} and so on, in pixels
 * from the image's top left corner; places may lie outside. Paths are from the table's folder; a
 * header that begins with {@code file} is passed over.
 */
public final class LandmarkTable implements ImageSource {
  /** The most points of an image. */
  public static final int MOST_POINTS = 1 << 12;

  private final ImmutableList<Path> images;
  private final float[][] places;

  private LandmarkTable(ImmutableList<Path> images, float[][] places) {
    this.images = images;
    this.places = places;
  }

  /**
   * Reads a table, plain or gzip; no image is decoded yet.
   *
   * @throws dev.retort.space.UserException if a line has no whole number of points or not as many
   *     as the first, a place is no number, or an image is missing
   */
  public static LandmarkTable read(Path file) {
    ListFile list = ListFile.read(file, 2);
    float[][] places = new float[list.rows().size()][];
    for (int i = 0; i < places.length; i++) {
      ListFile.Row row = list.rows().get(i);
      int cells = row.cells().size();
      if (cells % 2 != 0 || cells / 2 > MOST_POINTS) {
        throw TextLines.wrong(
            file,
            row.number(),
            "has " + cells + " numbers where x and y of 1 to " + MOST_POINTS
                + " points are expected.");
      }
      if (i > 0 && cells != places[0].length) {
        throw TextLines.wrong(
            file,
            row.number(),
            "has " + cells / 2 + " points where the first line has " + places[0].length / 2 + ".");
      }
      places[i] = places(file, row.number(), row.cells());
    }
    return new LandmarkTable(
        list.rows().stream().map(ListFile.Row::image).collect(ImmutableList.toImmutableList()),
        places);
  }

  private static float[] places(Path file, int number, List<String> cells) {
    float[] places = new float[cells.size()];
    for (int i = 0; i < places.length; i++) {
      String cell = cells.get(i);
      // Not what else Float.parseFloat takes: NaN, 0x1p3, 1f, blanks.
      if (!cell.matches("-?[0-9]{1,6}(\\.[0-9]{1,20})?")) {
        throw TextLines.wrong(
            file, number, "the place '" + ListFile.shorten(cell) + "' is no number of pixels.");
      }
      places[i] = Float.parseFloat(cell);
    }
    return places;
  }

  /** Number of points of each image. */
  public int points() {
    return places[0].length / 2;
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
    return new ImageExample(
        ImageDecoder.decode(images.get(index)), new Target.Points(places[index].clone()));
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
