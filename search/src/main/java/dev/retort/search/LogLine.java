package dev.retort.search;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One line of a search log: a JSON object that says of its record, also JSON, how many bytes it has
 * and their CRC32C (RFC 3720, eight lower-case hexadecimal digits).
 *
 * <pre>{@code {"length":17,"crc32c":"0a1b2c3d","record":{"example":"text"}}}</pre>
 */
final class LogLine {
  private static final byte[] END = {'}', '\n'};
  private static final String PREFIX = "{\"length\":%d,\"crc32c\":\"%s\",\"record\":";

  private LogLine() {}

  /** The line of a record, line feed included. */
  static byte[] encode(byte[] record) {
    byte[] prefix = prefix(record);
    return ByteBuffer.allocate(prefix.length + record.length + END.length)
        .put(prefix)
        .put(record)
        .put(END)
        .array();
  }

  /**
   * The record of a line.
   *
   * @param line the line, line feed included
   * @throws IllegalArgumentException where it is not as it was written
   */
  static byte[] decode(byte[] line) {
    // The prefix of a line follows from its record, so comparing it checks every byte of it.
    int start = indexOfRecord(line);
    if (start < 0 || line.length < start + END.length) {
      throw new IllegalArgumentException("it does not begin with a length and a checksum");
    }
    byte[] record = Arrays.copyOfRange(line, start, line.length - END.length);
    if (!Arrays.equals(encode(record), line)) {
      throw new IllegalArgumentException("its length or checksum (CRC32C) does not fit its text");
    }
    return record;
  }

  private static int indexOfRecord(byte[] line) {
    String head = new String(line, 0, Math.min(64, line.length), StandardCharsets.ISO_8859_1);
    String mark = "\"record\":";
    int at = head.indexOf(mark);
    return at < 0 ? -1 : at + mark.length();
  }

  private static byte[] prefix(byte[] record) {
    CRC32C checksum = new CRC32C();
    checksum.update(record);
    String digits = String.format(Locale.ROOT, "%08x", checksum.getValue());
    return String.format(Locale.ROOT, PREFIX, record.length, digits)
        .getBytes(StandardCharsets.UTF_8);
  }
}
