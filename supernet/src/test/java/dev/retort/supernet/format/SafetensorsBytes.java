package dev.retort.supernet.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Crafts safetensors files byte by byte. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  /** A file of this header and so many zero bytes behind it. */
  static byte[] of(String header, int data) {
    return of(header.getBytes(StandardCharsets.UTF_8), new byte[data]);
  }

  static byte[] of(byte[] header, byte[] data) {
    return lying(header.length, header, data);
  }

  /** A file whose first eight bytes say any length. */
  static byte[] lying(long length, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  static Path write(Path folder, String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
