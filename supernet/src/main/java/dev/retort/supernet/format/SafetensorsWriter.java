package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes safetensors files: the same tensors and metadata in the same order give the same bytes.
 * Tensors follow each other in the given order; the header is padded with spaces to 8 bytes.
 */
public final class SafetensorsWriter {
  private static final int PIECE = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes a file that does not exist yet and waits until the disk has it.
   *
   * @param file where; it must not exist
   * @param tensors float32 or int64 arrays by name, in the order in which the file shall hold them
   * @param metadata free text by key, in order; {@code Map.of()} for none
   * @throws dev.retort.space.UserException when it cannot be written
   * @throws IllegalArgumentException for another element type
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    write(FileOperations.real(), file, tensors, metadata);
  }

  static void write(
      FileOperations files, Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    try {
      try (OutputStream out = files.create(file)) {
        write(out, tensors, metadata);
      }
      files.sync(file);
    } catch (IOException e) {
      throw DiskFailure.explain(file, e);
    }
  }

  /** Writes the bytes of a file to a stream, which stays open. Parameters as above. */
  public static void write(
      OutputStream out, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    byte[] length = ByteBuffer.allocate(Long.BYTES)
        .order(SafetensorsFile.order())
        .putLong(header.length)
        .array();
    out.write(length);
    out.write(header);
    for (NDArray tensor : tensors.values()) {
      writeData(out, tensor);
    }
  }

  private static byte[] header(Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = StrictJson.FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> each : metadata.entrySet()) {
          json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
      }
      long at = 0;
      for (Map.Entry<String, NDArray> each : tensors.entrySet()) {
        String name = each.getKey();
        if (name.equals("__metadata__") || Quoted.broken(name)) {
          throw new IllegalArgumentException("No tensor can be named (" + name + ")");
        }
        NDArray tensor = each.getValue();
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", type(name, tensor).name());
        json.writeArrayFieldStart("shape");
        for (long size : tensor.getShape().getShape()) {
          json.writeNumber(size);
        }
        json.writeEndArray();
        long end = at + tensor.size() * tensor.getDataType().getNumOfBytes();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(at);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        at = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > SafetensorsFile.LONGEST_HEADER) {
      throw new IllegalArgumentException(
          "A header of " + bytes.size() + " bytes is over safetensors' 100 MB");
    }
    return bytes.toByteArray();
  }

  private static TensorType type(String name, NDArray tensor) {
    return switch (tensor.getDataType()) {
      case FLOAT32 -> TensorType.F32;
      case INT64 -> TensorType.I64;
      default ->
        throw new IllegalArgumentException("Tensor " + name
            + " needs element type float32 or int64, not (" + tensor.getDataType() + ")");
    };
  }

  private static void writeData(OutputStream out, NDArray tensor) throws IOException {
    ByteBuffer data = tensor.toByteBuffer().order(ByteOrder.nativeOrder());
    boolean wide = tensor.getDataType().getNumOfBytes() == Long.BYTES;
    byte[] bytes = new byte[Math.min(PIECE, data.remaining())];
    ByteBuffer piece = ByteBuffer.wrap(bytes).order(SafetensorsFile.order());
    while (data.hasRemaining()) {
      int length = Math.min(bytes.length, data.remaining());
      ByteBuffer from = data.slice(data.position(), length).order(data.order());
      if (wide) {
        piece.asLongBuffer().put(from.asLongBuffer());
      } else {
        // As bits, so that a NaN keeps its payload.
        piece.asIntBuffer().put(from.asIntBuffer());
      }
      out.write(bytes, 0, length);
      data.position(data.position() + length);
    }
  }
}
