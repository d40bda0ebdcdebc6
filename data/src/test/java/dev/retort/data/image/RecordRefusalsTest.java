package dev.retort.data.image;

import static dev.retort.data.TestFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.data.Dataset;
import dev.retort.data.Task.Split;
import dev.retort.data.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readers of CIFAR's records and of IDX refuse, each with its message. */
final class RecordRefusalsTest {
  private final Path folder;

  RecordRefusalsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void cifarRecordsMustBeWholeAndTheirLabelsInRange() throws IOException {
    write("train.bin", new byte[3072]);
    refused("cifar-10", "train.bin", "has 3072 bytes unpacked, no whole number of records of 3073");
    write("train.bin", new byte[0]);
    refused("cifar-10", "train.bin", "is empty");
    byte[] records = new byte[2 * 3073];
    records[3073] = 10;
    write("train.bin", records);
    refused("cifar-10", "train.bin", "record 1 has the label 10 where 0 to 9 are allowed");
    byte[] coarse = new byte[3074];
    coarse[0] = 20;
    write("train.bin", coarse);
    refused("cifar-100", "train.bin", "record 0 has the label 20 where 0 to 19 are allowed");
    coarse[0] = 19;
    coarse[1] = 100;
    write("train.bin", coarse);
    refused("cifar-100", "train.bin", "record 0 has the label 100 where 0 to 99 are allowed");
  }

  @Test
  void brokenGzipIsRefused() throws IOException {
    byte[] packed = TestFiles.gzip(new byte[3073]);
    Files.write(folder.resolve("train.bin.gz"), Arrays.copyOf(packed, packed.length / 2));
    refused("cifar-10", "train.bin.gz", "is broken gzip");
    Files.write(folder.resolve("train.bin.gz"), new byte[3073]);
    refused("cifar-10", "train.bin.gz", "is broken gzip");
  }

  @Test
  void cifar100IsReadByItsFineClasses() throws IOException {
    byte[] records = new byte[2 * 3074];
    records[0] = 3;
    records[1] = 99;
    records[3074] = 19;
    records[3075] = 42;
    records[3076] = 7;
    write("cifar-100-binary/train.bin", records);
    Dataset<ImageExample> images =
        CifarTask.CIFAR_100.read(folder, Split.TRAIN, CifarTask.CIFAR_100.preprocessing());
    assertThat(images.label(0)).isEqualTo(99f);
    assertThat(images.label(1)).isEqualTo(42f);
    assertThat(images.get(1).image().at(0, 0, 0)).isEqualTo(7);
    assertThat(CifarTask.CIFAR_100.labels()).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void publishedNamesGoBeforeOthers() throws IOException {
    write("data_batch_1.bin", new byte[3073]);
    write("data_batch_2.bin.gz", new byte[2 * 3073]);
    write("train_extra.bin", new byte[7]);
    Dataset<ImageExample> images =
        CifarTask.CIFAR_10.read(folder, Split.TRAIN, CifarTask.CIFAR_10.preprocessing());
    assertThat(images.size()).isEqualTo(3);
    assertThat(CifarTask.CIFAR_10.has(folder, Split.TEST)).isFalse();
    assertRefused(
        () -> CifarTask.CIFAR_10.read(folder, Split.TEST, CifarTask.CIFAR_10.preprocessing()),
        folder.toString(),
        "has no test*.bin");
  }

  @Test
  void idxMustBeWhatItsHeaderSays() throws IOException {
    byte[] labels = idx(0x0801, new int[] {2}, 2);
    write("train-labels-idx1-ubyte", labels);
    String images = "train-images-idx3-ubyte";
    write(images, labels);
    refused("mnist", images, "begins with 2049 where 2051 is expected");
    write(images, new byte[] {1, 2});
    refused("mnist", images, "begins with less than a number");
    write(images, new byte[] {0, 0, 8, 3, 0, 0});
    refused("mnist", images, "ends within its header");
    write(images, idx(0x0803, new int[] {2, 3, 3}, 17));
    refused("mnist", images, "has 17 bytes of images where its header says 18");
    write(images, idx(0x0803, new int[] {2, 3, 3}, 19));
    refused("mnist", images, "has more bytes of images where its header says 18");
    write(images, idx(0x0803, new int[] {2, 50_000, 50_000}, 18));
    refused("mnist", images, "says in its header that a size is 50000");
    write(images, idx(0x0803, new int[] {-1, 3, 3}, 18));
    refused("mnist", images, "says in its header that a size is -1");
    write(images, idx(0x0803, new int[] {Integer.MAX_VALUE, 8000, 8000}, 18));
    refused("mnist", images, "more than 1073741824. Split it");
    write(images, idx(0x0803, new int[] {3, 3, 3}, 27));
    refused("mnist", "train-labels-idx1-ubyte", "has 2 labels where");
    labels[9] = 10;
    write("train-labels-idx1-ubyte", labels);
    write(images, idx(0x0803, new int[] {2, 3, 3}, 18));
    refused("mnist", "train-labels-idx1-ubyte", "label 1 is 10 where 0 to 9 are allowed");
  }

  @Test
  void idxFilesMustBePairsAndOfOnePart() throws IOException {
    write("train-images-idx3-ubyte", idx(0x0803, new int[] {1, 3, 3}, 9));
    refused("mnist", "train-images-idx3-ubyte", "has no train-labels-idx1-ubyte");
    write("mnist-train-images-idx3-ubyte", idx(0x0803, new int[] {1, 3, 3}, 9));
    refused("mnist", folder.toString(), "has more than one train-images-idx3-ubyte");
    assertThat(IdxTask.MNIST.has(folder, Split.TEST)).isFalse();
    assertThat(ImageTask.isName("Fashion_MNIST")).isTrue();
    assertThat(ImageTask.isName("sst-2")).isFalse();
  }

  private void refused(String task, String where, String message) {
    ImageTask read = ImageTask.open(task, folder);
    assertRefused(() -> read.read(folder, Split.TRAIN, read.preprocessing()), where, message);
  }

  private void write(String name, byte[] bytes) throws IOException {
    if (name.contains("/")) {
      Files.createDirectories(folder.resolve(name.substring(0, name.indexOf('/'))));
    }
    TestFiles.write(folder, name, bytes);
  }

  private static byte[] idx(int magic, int[] sizes, int content) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length + content);
    bytes.putInt(magic);
    for (int size : sizes) {
      bytes.putInt(size);
    }
    return bytes.array();
  }
}
