package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads one tensor's bytes piece by piece and widens them. */
final class TensorReader {
  private static final int PIECE = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final TensorEntry entry;

  TensorReader(Path file, FileChannel channel, long dataStart, TensorEntry entry) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entry = entry;
  }

  NDArray load(NDManager manager) throws IOException {
    TensorType.Loaded loaded = entry.type().loaded();
    if (loaded == TensorType.Loaded.NOT_AT_ALL) {
      throw refuse(
          "has dtype " + entry.type() + ", which Retort does not compute with; convert it to F32");
    }
    long bytes = entry.count() * loaded.bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw refuse("takes " + bytes + " bytes in memory; at most 2 GiB can be loaded at once");
    }
    ByteBuffer memory = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    DataType type =
        switch (loaded) {
          case FLOAT32 -> {
            readFloats(memory.asFloatBuffer());
            yield DataType.FLOAT32;
          }
          case INT64 -> {
            readLongs(memory.asLongBuffer());
            yield DataType.INT64;
          }
          case BOOLEAN, NOT_AT_ALL -> {
            readBooleans(memory);
            memory.rewind();
            yield DataType.BOOLEAN;
          }
        };
    // The engine would keep pointing into Java's buffer, which slices of the array do not keep
    // alive; the copy is the engine's own memory.
    try (NDArray borrowed = manager.create(memory, entry.shape(), type)) {
      return borrowed.duplicate();
    }
  }

  float[] floats() throws IOException {
    if (entry.type().loaded() != TensorType.Loaded.FLOAT32) {
      throw refuse("has dtype " + entry.type() + "; F16, BF16, F32 or F64 is needed here");
    }
    if (entry.count() > Integer.MAX_VALUE - 8) {
      throw refuse("has " + entry.count() + " elements; at most 2^31-9 can be loaded at once");
    }
    float[] floats = new float[(int) entry.count()];
    readFloats(FloatBuffer.wrap(floats));
    return floats;
  }

  private void readFloats(FloatBuffer target) throws IOException {
    pieces(piece -> {
      switch (entry.type()) {
        case F32 -> target.put(piece.asFloatBuffer());
        case F16 -> {
          while (piece.hasRemaining()) {
            target.put(HalfPrecision.widen(piece.getShort()));
          }
        }
        case BF16 -> {
          while (piece.hasRemaining()) {
            target.put(HalfPrecision.widenBrain(piece.getShort()));
          }
        }
        case F64 -> {
          while (piece.hasRemaining()) {
            target.put(narrow(piece.getDouble()));
          }
        }
        default -> throw new IllegalStateException("No floating type (" + entry.type() + ")");
      }
    });
  }

  private float narrow(double value) {
    float narrowed = (float) value;
    if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
      throw refuse("holds " + value + ", which is beyond float32");
    }
    return narrowed;
  }

  private void readLongs(LongBuffer target) throws IOException {
    pieces(piece -> {
      while (piece.hasRemaining()) {
        target.put(
            switch (entry.type()) {
              case U8 -> Byte.toUnsignedLong(piece.get());
              case I8 -> piece.get();
              case U16 -> Short.toUnsignedLong(piece.getShort());
              case I16 -> piece.getShort();
              case U32 -> Integer.toUnsignedLong(piece.getInt());
              case I32 -> piece.getInt();
              case I64 -> piece.getLong();
              case U64 -> signed(piece.getLong());
              default -> throw new IllegalStateException("No whole type (" + entry.type() + ")");
            });
      }
    });
  }

  private long signed(long bits) {
    if (bits < 0) {
      throw refuse("holds " + Long.toUnsignedString(bits) + ", which is beyond int64");
    }
    return bits;
  }

  private void readBooleans(ByteBuffer target) throws IOException {
    pieces(piece -> {
      while (piece.hasRemaining()) {
        byte value = piece.get();
        if (value != 0 && value != 1) {
          throw refuse("is BOOL and holds the byte " + Byte.toUnsignedInt(value));
        }
        target.put(value);
      }
    });
  }

  private interface Piece {
    void accept(ByteBuffer piece);
  }

  private void pieces(Piece sink) throws IOException {
    for (long at = entry.begin(); at < entry.end(); at += PIECE) {
      int length = (int) Math.min(PIECE, entry.end() - at);
      sink.accept(bytes(channel, file, dataStart + at, length));
    }
  }

  /** Exactly so many bytes of a file, little-endian. */
  static ByteBuffer bytes(FileChannel channel, Path file, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(SafetensorsFile.order());
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw SafetensorsFile.refuse(file, "ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private UserException refuse(String what) {
    return new UserException(
        UserException.Kind.INPUT, file + ": tensor " + Quoted.of(entry.name()) + " " + what + ".");
  }
}
