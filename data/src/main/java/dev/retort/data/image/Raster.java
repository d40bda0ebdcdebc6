package dev.retort.data.image;

import java.util.Arrays;

/**
 * An image of bytes, 0 black to 255 white: D planes (R, G, B; or one of grey) of H rows of W.
 *
 * @param planes D, from 1
 * @param height H, from 1
 * @param width W, from 1
 * @param pixels D x H x W bytes, plane by plane and row by row; not to be changed
 */
public record Raster(int planes, int height, int width, byte[] pixels) {
  /** Checks the sizes. */
  public Raster {
    if (planes < 1 || height < 1 || width < 1 || pixels.length != (long) planes * height * width) {
      throw new IllegalArgumentException("no image of %d x %d x %d has (%d) pixels"
          .formatted(planes, height, width, pixels.length));
    }
  }

  /** The value of a pixel, 0 to 255. */
  public int at(int plane, int row, int column) {
    return pixels[(plane * height + row) * width + column] & 0xFF;
  }

  /** The number of pixels of a plane. */
  int area() {
    return height * width;
  }

  /** As many bytes as this image has, for one of its size. */
  Raster of(byte[] other) {
    return new Raster(planes, height, width, other);
  }

  /**
   * The same image with one plane or three: grey is repeated, colour becomes its luma (ITU-R
   * 601-2, the rounding of Pillow).
   */
  Raster withPlanes(int wanted) {
    if (wanted == planes) {
      return this;
    }
    int area = area();
    byte[] result = new byte[wanted * area];
    if (planes == 1 && wanted == 3) {
      for (int plane = 0; plane < wanted; plane++) {
        System.arraycopy(pixels, 0, result, plane * area, area);
      }
    } else if (planes == 3 && wanted == 1) {
      for (int i = 0; i < area; i++) {
        result[i] = (byte) luma(i);
      }
    } else {
      throw new IllegalArgumentException(
          "(" + planes + ") planes cannot become (" + wanted + "): 1 and 3 are known");
    }
    return new Raster(wanted, height, width, result);
  }

  /** The luma of a pixel of three planes; the grey of one. */
  int luma(int at) {
    if (planes == 1) {
      return pixels[at] & 0xFF;
    }
    int area = area();
    int red = pixels[at] & 0xFF;
    int green = pixels[area + at] & 0xFF;
    int blue = pixels[2 * area + at] & 0xFF;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** A part of the image; black where it reaches outside. Top and left may be negative. */
  Raster window(int top, int left, int rows, int columns) {
    if (top == 0 && left == 0 && rows == height && columns == width) {
      return this;
    }
    byte[] result = new byte[planes * rows * columns];
    int from = Math.max(0, -left);
    int count = Math.min(columns, width - left) - from;
    for (int plane = 0; plane < planes && count > 0; plane++) {
      for (int row = Math.max(0, -top); row < Math.min(rows, height - top); row++) {
        System.arraycopy(
            pixels,
            (plane * height + top + row) * width + left + from,
            result,
            (plane * rows + row) * columns + from,
            count);
      }
    }
    return new Raster(planes, rows, columns, result);
  }

  /** The image with left and right swapped. */
  Raster flipped() {
    byte[] result = new byte[pixels.length];
    for (int row = 0; row < pixels.length; row += width) {
      for (int i = 0; i < width; i++) {
        result[row + i] = pixels[row + width - 1 - i];
      }
    }
    return of(result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raster that
        && planes == that.planes
        && height == that.height
        && width == that.width
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * planes + width) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return planes + " x " + height + " x " + width;
  }
}
