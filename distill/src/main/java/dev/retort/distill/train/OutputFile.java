package dev.retort.distill.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.Batch;
import dev.retort.data.Dataset;
import dev.retort.space.UserException;
import dev.retort.supernet.format.FolderWriter;
import dev.retort.supernet.format.WholeFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One output of a teacher for every example of a data set, in a folder: {@code values.f32}, the
 * rows one after the other in little-endian float32, and {@code shape.json}. Of hidden states
 * [B,S,H] of texts a row is as long as the text, without padding.
 */
final class OutputFile {
  private static final String VALUES = "values.f32";
  private static final String SHAPE = "shape.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Dataset<?> data;
  private final boolean tokens;
  private final long[] row;
  private final long[] starts;

  private OutputFile(Path file, Dataset<?> data, boolean tokens, long[] row) {
    this.file = file;
    this.data = data;
    this.tokens = tokens;
    this.row = row;
    this.starts = new long[data.size() + 1];
    for (int i = 0; i < data.size(); i++) {
      starts[i + 1] = starts[i] + (tokens ? data.length(i) : 1) * size(row);
    }
  }

  private static long size(long[] row) {
    return Arrays.stream(row).reduce(1, Math::multiplyExact);
  }

  /**
   * What was kept.
   *
   * @throws UserException when the folder is damaged
   */
  static OutputFile open(Path folder, Dataset<?> data) {
    WholeFolder.verify(folder);
    try {
      JsonNode shape = JSON.readTree(Files.readString(folder.resolve(SHAPE)));
      long[] row = new long[shape.path("row").size()];
      Arrays.setAll(row, i -> shape.path("row").path(i).asLong());
      OutputFile opened =
          new OutputFile(folder.resolve(VALUES), data, shape.path("tokens").asBoolean(), row);
      long bytes = Files.size(opened.file);
      if (bytes != opened.starts[data.size()] * Float.BYTES) {
        throw new UserException(
            UserException.Kind.INPUT,
            opened.file + ": has " + bytes + " bytes, needed "
                + opened.starts[data.size()] * Float.BYTES + " for " + data.size()
                + " examples. Delete the folder " + folder + "; it will be computed again.");
      }
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  /**
   * Computes and writes the values of all examples.
   *
   * @param batch examples at once
   * @param device where the teacher is, so batches are made there
   * @param output the values [B,…] of a batch
   * @throws IllegalArgumentException when their shape is none that can be kept
   */
  static void write(
      Path folder, Dataset<?> data, int batch, Device device, Function<Batch, NDArray> output) {
    WholeFolder.write(folder, writer -> write(writer, data, batch, device, output));
  }

  private static void write(
      FolderWriter writer,
      Dataset<?> data,
      int batch,
      Device device,
      Function<Batch, NDArray> output)
      throws IOException {
    Shape shape = new Shape();
    boolean tokens = false;
    try (OutputStream out = writer.stream(VALUES)) {
      for (int from = 0; from < data.size(); from += batch) {
        int[] indices =
            IntStream.range(from, Math.min(from + batch, data.size())).toArray();
        try (NDManager manager = NDManager.newBaseManager(device)) {
          Batch examples = data.batch(manager, indices, null);
          NDArray values = output.apply(examples);
          NDArray mask = examples.mask();
          shape = values.getShape();
          tokens = mask != null && shape.dimension() == 3;
          if (shape.get(0) != indices.length || mask != null && shape.dimension() > 3) {
            throw new IllegalArgumentException("Of texts logits [B,C], vectors [B,H] and hidden"
                + " states [B,S,H] are kept, not outputs of shape " + shape);
          }
          float[] numbers = values.toFloatArray();
          int stride = numbers.length / indices.length;
          for (int i = 0; i < indices.length; i++) {
            int used = tokens ? Math.toIntExact(data.length(indices[i]) * shape.get(2)) : stride;
            ByteBuffer bytes =
                ByteBuffer.allocate(used * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(numbers, i * stride, used);
            out.write(bytes.array());
          }
        }
      }
    }
    writer.text(
        SHAPE,
        "{\"tokens\": " + tokens + ", \"row\": "
            + Arrays.toString(shape.slice(tokens ? 2 : 1).getShape()) + "}\n");
  }

  /**
   * The values of some examples.
   *
   * @param indices where they stand in the data set
   * @param length tokens that rows are padded to with 0; not read where rows are not of tokens
   * @return [B,…], in the manager
   */
  NDArray rows(NDManager manager, int[] indices, int length) {
    int most = Math.toIntExact((tokens ? length : 1) * size(row));
    float[] values = new float[indices.length * most];
    try (FileChannel channel = FileChannel.open(file)) {
      for (int i = 0; i < indices.length; i++) {
        long start = starts[indices[i]];
        int count = Math.toIntExact(starts[indices[i] + 1] - start);
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()
            && channel.read(bytes, start * Float.BYTES + bytes.position()) >= 0) {}
        if (bytes.hasRemaining()) {
          throw new UserException(
              UserException.Kind.INPUT,
              file + ": ends too early; it was changed while it was read. Run again.");
        }
        bytes.flip().asFloatBuffer().get(values, i * most, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    Shape shape = new Shape(indices.length)
        .addAll(tokens ? new Shape(length) : new Shape())
        .addAll(new Shape(row));
    return manager.create(values, shape);
  }
}
