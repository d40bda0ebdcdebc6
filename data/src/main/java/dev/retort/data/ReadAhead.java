package dev.retort.data;

import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Batches prepared ahead of the step that takes them, on threads of their own.
 *
 * <p>A batch is a function of its number, so what comes out is the same whatever runs ahead. At
 * most {@code depth} batches wait: threads that are too fast stop, and memory is bounded. Batches
 * are usually taken in turn; one out of turn, as after resuming, drops what was prepared.
 *
 * <p>The arrays are made on the thread that takes the batch, because the engine's switches belong
 * to threads. To be taken from by one thread at a time.
 */
public final class ReadAhead implements AutoCloseable {
  private final LongFunction<PreparedBatch> source;
  private final int depth;
  private final ExecutorService threads;
  private final Deque<Future<PreparedBatch>> waiting = new ArrayDeque<>();
  private long next;

  /**
   * Starts nothing yet: the first batch that is asked for tells where to begin.
   *
   * @param source prepares the batch of a number from 0; called by several threads
   * @param depth the most batches that are prepared and not yet taken, from 1
   * @param threads how many threads prepare, from 1
   */
  public ReadAhead(LongFunction<PreparedBatch> source, int depth, int threads) {
    if (depth < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "depth (" + depth + ") and threads (" + threads + ") must be 1 or more");
    }
    this.source = source;
    this.depth = depth;
    this.threads = Executors.newFixedThreadPool(threads, work -> {
      Thread thread = new Thread(work, "retort-read-ahead");
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Takes a batch and lets the ones after it be prepared.
   *
   * @param number the batch, from 0
   * @param manager owns the arrays
   * @throws dev.retort.space.UserException what preparing it threw, as a broken file does
   */
  public synchronized Batch batch(long number, NDManager manager) {
    if (number != next || waiting.isEmpty()) {
      drop();
      next = number;
      fill();
    }
    Future<PreparedBatch> first = waiting.remove();
    next++;
    fill();
    return finished(first).make(manager);
  }

  /** Stops the threads; what was prepared is dropped. */
  @Override
  public synchronized void close() {
    drop();
    threads.shutdownNow();
  }

  private void fill() {
    while (waiting.size() < depth) {
      long number = next + waiting.size();
      waiting.add(threads.submit(() -> source.apply(number)));
    }
  }

  private void drop() {
    waiting.forEach(each -> each.cancel(true));
    waiting.clear();
  }

  private static PreparedBatch finished(Future<PreparedBatch> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a batch was being prepared");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException("a batch could not be prepared", e);
    }
  }
}
