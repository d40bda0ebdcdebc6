package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Records of CIFAR that stay in their files, which may be larger than the memory: a byte is held
 * for each image. Files are opened for each image, so there is nothing to close.
 */
final class RecordFiles implements ImageSource {
  private final ImmutableList<Path> files;
  private final CifarFormat format;

  /** The index of the first image of each file, and the number of all at the end. */
  private final int[] starts;

  private final byte[] categories;

  RecordFiles(ImmutableList<Path> files, CifarFormat format) {
    this.files = files;
    this.format = format;
    this.starts = new int[files.size() + 1];
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      starts[i + 1] = Math.addExact(starts[i], format.count(file, CifarFormat.length(file)));
    }
    this.categories = new byte[starts[files.size()]];
    for (int i = 0; i < files.size(); i++) {
      readLabels(i);
    }
  }

  private void readLabels(int number) {
    Path file = files.get(number);
    BinaryFile.read(file, in -> {
      byte[] labels = new byte[format.labelBytes()];
      int count = starts[number + 1] - starts[number];
      for (int i = 0; i < count; i++) {
        skipTo(in, labels);
        categories[starts[number] + i] = (byte) format.category(file, i, labels);
        in.skipNBytes(format.recordLength() - labels.length);
      }
      return count;
    });
  }

  private static void skipTo(InputStream in, byte[] labels) throws IOException {
    if (in.readNBytes(labels, 0, labels.length) < labels.length) {
      throw new IOException("it ended early");
    }
  }

  @Override
  public int size() {
    return categories.length;
  }

  @Override
  public int classes() {
    return format.classes();
  }

  @Override
  public ImageExample read(int index) {
    int number = file(index);
    Path file = files.get(number);
    ByteBuffer pixels = ByteBuffer.allocate(format.recordLength() - format.labelBytes());
    long position = (long) (index - starts[number]) * format.recordLength() + format.labelBytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      CifarFormat.readFully(channel, pixels, position);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          name(index) + " cannot be read (" + e.getMessage() + "). Did the file change?",
          e);
    }
    Raster image = new Raster(3, CifarFormat.SIDE, CifarFormat.SIDE, pixels.array());
    return ImageExample.of(image, categories[index]);
  }

  @Override
  public float label(int index) {
    return categories[index];
  }

  @Override
  public String name(int index) {
    int number = file(index);
    return files.get(number) + ", record " + (index - starts[number]);
  }

  private int file(int index) {
    int at = Arrays.binarySearch(starts, index);
    return at >= 0 ? at : -at - 2;
  }
}
