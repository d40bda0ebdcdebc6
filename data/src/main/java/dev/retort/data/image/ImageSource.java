package dev.retort.data.image;

/** Images in a stable order, each to be had at any time. Safe for use by several threads. */
public interface ImageSource {
  /** Number of images. */
  int size();

  /** Number of classes; 0 where the target is no class. */
  int classes();

  /**
   * The image at an index from 0, decoded if it lies in a file.
   *
   * @throws dev.retort.space.UserException if its file is broken
   */
  ImageExample read(int index);

  /** The class at an index without decoding; NaN without one. */
  float label(int index);

  /** What messages call the image at an index. */
  String name(int index);
}
