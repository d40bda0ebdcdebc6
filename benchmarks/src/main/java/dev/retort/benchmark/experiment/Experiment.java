package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ListMultimap;
import dev.retort.supernet.kernel.NativeThreads;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs every chosen entrant on every seed, some side by side.
 *
 * @param fixture where
 * @param ledger where trials are kept
 * @param seeds how many, from 1 on
 * @param workers trials side by side, each on its share of the cores
 */
record Experiment(Fixture fixture, Ledger ledger, int seeds, int workers) {
  /**
   * All trials by entrant, in the order of their seeds.
   *
   * @param out told of each trial that was run
   */
  ImmutableListMultimap<String, Trial> run(ImmutableList<Entrant> entrants, PrintStream out) {
    int cores = Math.max(1, NativeThreads.get() / workers);
    ExecutorService pool = Executors.newFixedThreadPool(workers, job -> {
      Thread thread = new Thread(
          () -> {
            NativeThreads.set(cores);
            job.run();
          },
          "experiment");
      thread.setDaemon(true);
      return thread;
    });
    try {
      ListMultimap<String, Future<Trial>> all = ArrayListMultimap.create();
      List<Future<Trial>> inOrder = new ArrayList<>();
      // Seed by seed, so that what is compared runs under the same load.
      for (long seed = 1; seed <= seeds; seed++) {
        for (Entrant entrant : entrants) {
          long own = seed;
          Future<Trial> trial = pool.submit(() -> trial(entrant, own, out));
          all.put(entrant.name(), trial);
          inOrder.add(trial);
        }
      }
      for (Future<Trial> each : inOrder) {
        finished(each);
      }
      ImmutableListMultimap.Builder<String, Trial> trials = ImmutableListMultimap.builder();
      all.forEach((name, each) -> trials.put(name, finished(each)));
      return trials.build();
    } finally {
      pool.shutdownNow();
    }
  }

  private Trial trial(Entrant entrant, long seed, PrintStream out) {
    Trial kept = ledger.find(fixture, entrant, seed);
    if (kept != null) {
      return kept;
    }
    long begin = System.nanoTime();
    Trial trial;
    try (NDManager manager = NDManager.newBaseManager()) {
      trial = fixture.run(entrant, seed, manager);
    }
    ledger.keep(fixture, entrant, seed, trial);
    Fixture.Headline headline = fixture.headline();
    out.println(entrant.name() + ", seed " + seed + ": " + headline.words() + " "
        + Numbers.fixed(trial.get(headline.measure()), headline.digits()) + ", "
        + Numbers.fixed((System.nanoTime() - begin) / 1e9, 1) + " s");
    out.flush();
    return trial;
  }

  private static Trial finished(Future<Trial> trial) {
    try {
      return trial.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trials ran", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
