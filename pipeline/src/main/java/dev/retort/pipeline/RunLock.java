package dev.retort.pipeline;

import dev.retort.space.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from one run. The operating system holds the lock and frees it when a process
 * dies, however it dies; the file's text only says who has it.
 */
final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  static RunLock take(Path run) {
    Path file = run.resolve(NAME);
    try {
      FileChannel channel = FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new UserException(
            UserException.Kind.USAGE,
            run + ": another process works on this run (" + holder
                + "). Wait for it, stop it, or give another output folder.");
      }
      channel.truncate(0);
      String text = "process " + ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      return new RunLock(channel);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          run + ": cannot be locked (" + e.getMessage() + "). Give a folder that can be written.",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock of a run", e);
    }
  }
}
