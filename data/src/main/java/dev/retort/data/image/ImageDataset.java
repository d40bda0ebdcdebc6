package dev.retort.data.image;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Draw;
import dev.retort.data.ImageBatch;
import dev.retort.data.PreparedBatch;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Images of a source, pre-processed and, where asked for, altered at random.
 *
 * <p>How an image is altered is a function of (seed, epoch, index of the image in the data set),
 * whatever else is in the batch; only what MixUp and CutMix mix depends on the batch. The labels of
 * a batch are those of {@link Target}, or shares [B,C], float32, where images are mixed.
 */
public final class ImageDataset implements Dataset<ImageExample> {
  private final ImageSource source;
  private final Preprocessing preprocessing;
  private final PixelBuffers buffers = new PixelBuffers();

  /**
   * A data set.
   *
   * @param source the images
   * @param preprocessing what is done to each
   */
  public ImageDataset(ImageSource source, Preprocessing preprocessing) {
    this.source = source;
    this.preprocessing = preprocessing;
  }

  /**
   * Images without classes: a PNG or JPEG file, or all that lie in a folder, sorted by name.
   *
   * @throws UserException if there is none, or the folder holds anything else
   */
  public static ImageDataset at(Path fileOrFolder, Preprocessing preprocessing) {
    ImmutableList<Path> files = ImmutableList.of(fileOrFolder);
    if (Files.isDirectory(fileOrFolder)) {
      files = SplitFiles.entries(fileOrFolder);
      if (files.isEmpty()) {
        throw TextLines.wrong(fileOrFolder, "is an empty folder. Give one that holds images.");
      }
    }
    for (Path file : files) {
      SplitFiles.requireImage(file);
    }
    int[] categories = new int[files.size()];
    Arrays.fill(categories, -1);
    return new ImageDataset(new ImageFiles(files, categories, 0), preprocessing);
  }

  /** What is done to each image. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The same images, pre-processed otherwise. */
  public ImageDataset with(Preprocessing other) {
    return new ImageDataset(source, other);
  }

  /** The images as their files have them. */
  public ImageSource source() {
    return source;
  }

  @Override
  public int size() {
    return source.size();
  }

  /** The image as its file has it, not pre-processed. */
  @Override
  public ImageExample get(int index) {
    return source.read(index);
  }

  /** Images have one length. */
  @Override
  public int length(int index) {
    return 1;
  }

  @Override
  public float label(int index) {
    return source.label(index);
  }

  /**
   * Makes a batch of images of one size.
   *
   * @throws UserException if a file is broken, or the images differ in size
   * @throws IllegalArgumentException when such images cannot be altered in that way
   */
  @Override
  public ImageBatch batch(NDManager manager, int[] indices, @Nullable Draw draw) {
    return host(indices, draw).make(manager);
  }

  /** Reads, decodes, pre-processes and alters; only making the arrays is left. */
  @Override
  public PreparedBatch prepare(int[] indices, @Nullable Draw draw) {
    HostBatch batch = host(indices, draw);
    return batch::make;
  }

  HostBatch host(int[] indices, @Nullable Draw draw) {
    return new Preparation(source, preprocessing, buffers, draw).run(indices);
  }
}
