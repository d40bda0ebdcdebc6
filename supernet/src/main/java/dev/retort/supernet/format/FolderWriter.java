package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the files of a {@link WholeFolder}: each once, hashed on the way and synced when closed.
 * For one thread.
 */
public final class FolderWriter {
  private final FileOperations files;
  private final Path folder;
  private final Map<String, FolderManifest.Entry> finished = new HashMap<>();
  private int open;

  FolderWriter(FileOperations files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * A buffered stream into a new file; it must be closed before the folder is.
   *
   * @param name a plain file name
   * @throws IllegalArgumentException when the name is not plain or has been used
   */
  public OutputStream stream(String name) throws IOException {
    if (!FolderManifest.isPlainName(name)
        || name.equals(WholeFolder.MANIFEST)
        || finished.containsKey(name)) {
      throw new IllegalArgumentException("No new file of a folder can be named (" + name + ")");
    }
    Path file = folder.resolve(name);
    Counted counted = new Counted(name, file, files.create(file));
    open++;
    return new BufferedOutputStream(counted, 1 << 16);
  }

  /** Writes a file of text in UTF-8. */
  public void text(String name, String text) throws IOException {
    try (OutputStream out = stream(name)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Writes a safetensors file; see {@link SafetensorsWriter#write(Path, Map, Map)}. */
  public void tensors(String name, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    try (OutputStream out = stream(name)) {
      SafetensorsWriter.write(out, tensors, metadata);
    }
  }

  /** Copies a file into the folder. */
  public void copy(String name, Path source) throws IOException {
    try (OutputStream out = stream(name)) {
      Files.copy(source, out);
    }
  }

  /** Where a file of the folder lies while the folder is being written. */
  public Path path(String name) {
    return folder.resolve(name);
  }

  /** Closes the folder: the manifest last, everything synced. */
  void finish() throws IOException {
    if (open != 0) {
      throw new IllegalStateException("Files of " + folder + " still open (" + open + ")");
    }
    FolderManifest manifest = new FolderManifest(ImmutableMap.copyOf(finished));
    Path file = folder.resolve(WholeFolder.MANIFEST);
    try (OutputStream out = files.create(file)) {
      out.write(manifest.json().getBytes(StandardCharsets.UTF_8));
    }
    files.sync(file);
    files.sync(folder);
  }

  /** Counts and hashes what goes into a file, syncs it when closed. */
  private final class Counted extends FilterOutputStream {
    private final String name;
    private final Path file;
    private final HashingOutputStream hashing;
    private long bytes;
    private boolean closed;

    Counted(String name, Path file, OutputStream raw) {
      super(new HashingOutputStream(Hashing.sha256(), raw));
      this.hashing = (HashingOutputStream) out;
      this.name = name;
      this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
      hashing.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] b, int from, int length) throws IOException {
      hashing.write(b, from, length);
      bytes += length;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      super.close();
      files.sync(file);
      HashCode hash = hashing.hash();
      finished.put(name, new FolderManifest.Entry(bytes, hash.toString()));
      open--;
    }
  }
}
