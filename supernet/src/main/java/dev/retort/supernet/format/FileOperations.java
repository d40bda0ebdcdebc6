package dev.retort.supernet.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Everything that a writer of folders does to the file system. One implementation is real; tests
 * have others that stop after the n-th operation, fill the disk or lose what was not synced.
 */
public interface FileOperations {
  /** The real file system. */
  static FileOperations real() {
    return RealFiles.FILES;
  }

  /** Creates a file that does not exist yet. The stream is not buffered. */
  OutputStream create(Path file) throws IOException;

  /** Creates one folder whose parent exists. */
  void createFolder(Path folder) throws IOException;

  /** Waits until the disk has the bytes of a file, or the names in a folder. */
  void sync(Path fileOrFolder) throws IOException;

  /** Renames within one folder, at once or not at all; the new name must be free. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file or an empty folder. */
  void delete(Path fileOrFolder) throws IOException;
}
