package dev.retort.cli;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Makes Ctrl-C and SIGTERM a wish to stop: the JVM's end is held back until what runs has saved its
 * state and said how to go on. The JVM then ends with the signal's own exit code, 130 or 143.
 */
final class Stop implements BooleanSupplier, AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean asked;

  /** Begins to listen. */
  Stop(Console console) {
    hook = new Thread(
        () -> {
          if (done.getCount() > 0) {
            asked = true;
            console.message("stopping after this step …");
            await();
          }
        },
        "retort-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a signal has come. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** Lets the JVM end. */
  @Override
  public void close() {
    done.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // A signal came just now; the hook finds nothing to wait for.
        asked = true;
      }
    }
  }
}
