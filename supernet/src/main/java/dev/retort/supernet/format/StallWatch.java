package dev.retort.supernet.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends the reading of a stream that sends nothing for too long: the JDK's HTTP client waits for
 * ever once a body has begun.
 */
final class StallWatch implements Closeable {
  private final InputStream stream;
  private final Duration patience;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "download-watch");
        thread.setDaemon(true);
        return thread;
      });
  private volatile long progress = System.nanoTime();
  private volatile boolean stalled;

  StallWatch(InputStream stream, Duration patience) {
    this.stream = stream;
    this.patience = patience;
    long period = Math.max(1, patience.toMillis() / 10);
    clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (System.nanoTime() - progress > patience.toNanos()) {
      stalled = true;
      try {
        stream.close(); // wakes the reader
      } catch (IOException e) {
        clock.shutdown(); // it cannot be woken twice
      }
    }
  }

  /** Reads as the stream does; fails when nothing comes in time. */
  int read(byte[] piece) throws IOException {
    int count;
    try {
      count = stream.read(piece);
    } catch (IOException e) {
      if (!stalled) {
        throw e;
      }
      count = -1;
    }
    if (stalled) {
      throw new IOException("nothing came for " + patience.toSeconds() + " seconds");
    }
    progress = System.nanoTime();
    return count;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
