package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A safetensors file (huggingface/safetensors), opened strictly: an 8-byte little-endian length, a
 * JSON header, then the tensors' bytes without gap or overlap. Immutable; nothing stays open.
 *
 * <p>Opening reads the header alone and runs nothing; memory is at most in proportion to the file.
 */
public final class SafetensorsFile implements TensorStore {
  /** Longest header that is read, in bytes: the limit of the reference implementation. */
  static final long LONGEST_HEADER = 100_000_000;

  private final Path path;
  private final long size;
  private final long dataStart;
  private final ImmutableList<TensorEntry> entries;
  private final ImmutableMap<String, TensorEntry> byName;
  private final ImmutableMap<String, String> metadata;

  private SafetensorsFile(Path path, long size, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.size = size;
    this.dataStart = dataStart;
    this.entries = header.entries();
    this.byName = Maps.uniqueIndex(entries, TensorEntry::name);
    this.metadata = header.metadata();
  }

  /**
   * Opens a file and checks all of its header.
   *
   * @throws UserException when it is no whole safetensors file; the message names file and tensor
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new UserException(
          UserException.Kind.INPUT, path + ": is a folder. Give a .safetensors file.");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw refuse(path, "has " + size + " bytes; a safetensors file has at least 8");
      }
      long length = TensorReader.bytes(channel, path, 0, Long.BYTES).getLong();
      if (length < 0) {
        throw refuse(path, "header length has its top bit set");
      }
      if (length > LONGEST_HEADER) {
        throw refuse(path, "header of " + length + " bytes is longer than 100 MB");
      }
      if (length > size - Long.BYTES) {
        throw refuse(
            path, "header of " + length + " bytes is longer than the file, which has " + size);
      }
      ByteBuffer header = TensorReader.bytes(channel, path, Long.BYTES, (int) length);
      if (length == 0 || header.get(0) != '{') {
        throw refuse(path, "header does not begin with '{'");
      }
      long dataStart = Long.BYTES + length;
      String json;
      try {
        json = StrictJson.decode(header);
      } catch (CharacterCodingException e) {
        throw refuse(path, "header is not UTF-8");
      }
      return new SafetensorsFile(
          path, size, dataStart, SafetensorsHeader.parse(path, json, size - dataStart));
    } catch (NoSuchFileException e) {
      throw new UserException(
          UserException.Kind.INPUT, path + ": there is no such file. Check the path.", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public ImmutableList<TensorEntry> entries() {
    return entries;
  }

  @Override
  public ImmutableMap<String, String> metadata() {
    return metadata;
  }

  @Override
  public NDArray load(NDManager manager, String name) {
    TensorEntry entry = entry(name);
    try (FileChannel channel = reopen()) {
      return new TensorReader(path, channel, dataStart, entry).load(manager);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public float[] floats(String name) {
    TensorEntry entry = entry(name);
    try (FileChannel channel = reopen()) {
      return new TensorReader(path, channel, dataStart, entry).floats();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Whether the file has a tensor of that name. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = byName.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("No tensor (" + name + ") in " + path);
    }
    return entry;
  }

  private FileChannel reopen() throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    if (channel.size() != size) {
      channel.close();
      throw new UserException(
          UserException.Kind.INPUT,
          path + ": changed its length since it was opened. Read it when nothing writes to it.");
    }
    return channel;
  }

  static UserException refuse(Path file, String what) {
    return new UserException(
        UserException.Kind.INPUT,
        file + ": " + what
            + ". The file is damaged or no safetensors file: copy or download it again.");
  }

  static UserException unreadable(Path file, IOException e) {
    return new UserException(UserException.Kind.INPUT, file + ": cannot be read: " + e, e);
  }

  /** The byte order of every number in the format. */
  static ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }
}
