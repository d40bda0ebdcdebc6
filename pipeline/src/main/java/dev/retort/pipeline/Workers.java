package dev.retort.pipeline;

import dev.retort.supernet.kernel.NativeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs jobs side by side, each with its share of the cores: small networks are bound by overhead,
 * so two on one core each are done sooner than one after the other on two.
 */
final class Workers {
  private final int workers;
  private final int cores;

  Workers(int workers) {
    this.cores = NativeThreads.get();
    this.workers = Math.min(workers, cores);
  }

  int count() {
    return workers;
  }

  /** Cores that each worker's operations use. */
  int coresEach() {
    return Math.max(1, cores / workers);
  }

  /**
   * Runs all jobs, begun in their order. When one fails the others are interrupted and its failure
   * is thrown.
   */
  <T> List<T> run(List<Callable<T>> jobs) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(workers, job -> {
      Thread thread = new Thread(
          () -> {
            NativeThreads.set(coresEach());
            job.run();
          },
          "retort-worker");
      thread.setDaemon(true);
      return thread;
    });
    try {
      ExecutorCompletionService<T> completion = new ExecutorCompletionService<>(pool);
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> job : jobs) {
        futures.add(completion.submit(job));
      }
      List<T> results = new ArrayList<>();
      for (int i = 0; i < jobs.size(); i++) {
        completion.take().get();
      }
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(60, TimeUnit.SECONDS);
    }
  }
}
