package dev.retort.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.retort.data.Task.Split;
import dev.retort.data.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set that is larger than the heap. */
final class StreamingTest {
  private static final int RECORDS = 110_000;

  private final Path folder;

  StreamingTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** What the process with the small heap does: reads every image once, in batches. */
  static final class Child {
    private Child() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      ImageDataset images = (ImageDataset) CifarTask.CIFAR_10.read(
          Path.of(arguments[0]), Split.TRAIN, CifarTask.CIFAR_10.preprocessing());
      double sum = 0;
      for (int from = 0; from < images.size(); from += 500) {
        int to = Math.min(images.size(), from + 500);
        HostBatch batch = images.host(IntStream.range(from, to).toArray(), null);
        sum += batch.pixels().getFloat(0);
        batch.buffers().giveBack(batch.pixels());
      }
      System.out.println(images.size() + " " + images.source().getClass().getSimpleName() + " "
          + images.get(images.size() - 1).label() + " " + Double.isFinite(sum));
    }
  }

  @Test
  void isReadWholeWithASmallHeap() throws IOException, InterruptedException {
    int length = CifarFormat.CIFAR_10.recordLength();
    Path file = folder.resolve("train.bin");
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      ByteBuffer last = ByteBuffer.allocate(length);
      last.put(0, (byte) 7);
      channel.write(last, (long) (RECORDS - 1) * length);
    }
    assertThat(CifarFormat.length(file)).isGreaterThan(256L << 20);
    Process child = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip()).isEqualTo(RECORDS + " RecordFiles 7.0 true");
  }

  @Test
  void leftInItsFileItIsTheSameAsPacked() throws IOException {
    byte[] records = new byte[40 * 3073];
    for (int i = 0; i < records.length; i++) {
      records[i] = i % 3073 == 0 ? (byte) (i / 3073 % 10) : (byte) (i * 31);
    }
    var files = ImmutableList.of(
        TestFiles.write(folder, "a.bin", records), TestFiles.write(folder, "b.bin", records));
    PackedImages packed = CifarFormat.CIFAR_10.pack(files);
    RecordFiles left = CifarFormat.CIFAR_10.stream(files);
    assertThat(left.size()).isEqualTo(packed.size()).isEqualTo(80);
    for (int i = 0; i < packed.size(); i++) {
      assertThat(left.read(i)).isEqualTo(packed.read(i));
      assertThat((Float) left.label(i)).isEqualTo((Float) packed.label(i));
    }
    assertThat(left.name(79)).endsWith("b.bin, record 39");
  }
}
