package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.retort.space.UserException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scores candidates on several threads and hands the results out in the order of the candidates.
 *
 * <p>One thread, the caller's, decides everything: it starts evaluations, waits for them and calls
 * back. So the log has the same bytes for any number of workers. The price: results wait for those
 * before them, at most two runs a worker, and a crash repeats these. A candidate that takes too
 * long is interrupted, recorded as failed and, where it does not heed that, left alone with its
 * thread.
 *
 * <p>A run is one candidate; with a single worker and no bound on time, as many as are scored in a
 * millisecond: to wake a thread takes longer than to look up a cost. Several workers take one at a
 * time, so that none waits while another holds candidates that turned out slow.
 */
final class EvaluationPool implements AutoCloseable {
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);

  /** Of a run of several candidates, in ns. */
  private static final long LONGEST_RUN = 1_000_000;

  private static final int MOST_IN_A_RUN = 256;

  private final Evaluator evaluator;
  private final int workers;
  private final Duration timeout;
  private final ExecutorService threads = Executors.newCachedThreadPool(new ThreadFactoryBuilder()
      .setNameFormat("retort-evaluate-%d")
      .setDaemon(true)
      .build());
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private int running;
  private int runLength = 1;
  private boolean stopped;

  /** A run of candidates that was begun. But for the results only the coordinator touches it. */
  private static final class Task {
    final ImmutableList<Candidate> candidates;

    /** Results as they come, which the coordinator takes. */
    final Queue<Scored> results = new ConcurrentLinkedQueue<>();

    long began;

    /** Results that were taken. */
    int handedOut;

    /** Candidates scored when its time was over; it goes on from there. */
    int paused;

    @Nullable
    Future<?> future;

    @Nullable
    Answer answer;

    Task(ImmutableList<Candidate> candidates) {
      this.candidates = candidates;
    }
  }

  /**
   * How a run ended.
   *
   * @param scored candidates of it that have results
   * @param fatal what ends the search
   * @param took ns
   */
  private record Answer(Task task, int scored, @Nullable Throwable fatal, long took) {
    boolean whole() {
      return fatal != null || scored == task.candidates.size();
    }
  }

  EvaluationPool(Evaluator evaluator, int workers, Duration timeout) {
    this.evaluator = evaluator;
    this.workers = workers;
    this.timeout = timeout;
  }

  /**
   * Scores the candidates.
   *
   * @param candidates each to be scored once
   * @param results called for each, in this order, on this thread
   * @param idle called on this thread before it waits
   * @throws InterruptedException when this thread or an evaluator's was interrupted; what had been
   *     scored before has been handed out
   */
  void evaluate(List<Candidate> candidates, Consumer<Scored> results, Runnable idle)
      throws InterruptedException {
    Iterator<Candidate> next = candidates.iterator();
    Deque<Task> begun = new ArrayDeque<>();
    try {
      while (true) {
        for (Task task : begun) {
          if (task.paused > 0 && running < workers) {
            begin(task);
          }
        }
        while (next.hasNext() && running < workers && begun.size() < 2 * workers) {
          Task task = new Task(ImmutableList.copyOf(Iterators.limit(next, runLength)));
          begun.add(task);
          begin(task);
        }
        Task head = begun.peek();
        if (head == null) {
          return;
        }
        handOut(head, results);
        if (head.answer == null) {
          idle.run();
          await(begun);
        } else {
          throwIfFatal(head.answer);
          begun.remove();
        }
      }
    } catch (InterruptedException e) {
      handOutFinished(begun, results);
      throw e;
    } finally {
      for (Task task : begun) {
        if (task.answer == null && task.paused == 0) {
          stopped = true;
          giveUp(task, null);
        }
      }
    }
  }

  /** After an interrupt: what is scored already is not thrown away. */
  private void handOutFinished(Deque<Task> begun, Consumer<Scored> results) {
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      take(answer);
    }
    for (Task task : begun) {
      handOut(task, results);
      if (task.handedOut < task.candidates.size()) {
        return;
      }
    }
  }

  private static void handOut(Task task, Consumer<Scored> results) {
    // A candidate that was given up may have its result all the same, behind that of its failure.
    while (task.handedOut < task.candidates.size()) {
      Scored scored = task.results.poll();
      if (scored == null) {
        return;
      }
      task.handedOut++;
      results.accept(scored);
    }
  }

  private void begin(Task task) {
    int from = task.paused;
    task.paused = 0;
    task.began = System.nanoTime();
    running++;
    task.future = threads.submit(() -> answers.add(answer(task, from)));
  }

  private Answer answer(Task task, int from) {
    long begin = System.nanoTime();
    int scored = from;
    Throwable fatal = null;
    try {
      do {
        if (Thread.interrupted()) {
          throw new InterruptedException("The search was stopped");
        }
        task.results.add(score(task.candidates.get(scored)));
        scored++;
      } while (scored < task.candidates.size() && System.nanoTime() - begin < LONGEST_RUN);
    } catch (RuntimeException | InterruptedException | Error e) {
      fatal = e;
    }
    return new Answer(task, scored, fatal, System.nanoTime() - begin);
  }

  /** The result of a candidate, be it a failure; what is thrown ends the search. */
  private Scored score(Candidate candidate) throws InterruptedException {
    try {
      return Scored.of(candidate, evaluator.score(candidate));
    } catch (UserException e) {
      if (e.kind() == UserException.Kind.RESOURCE) {
        return Scored.failed(candidate, said(e));
      }
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return Scored.failed(candidate, said(e));
    }
  }

  private static String said(Throwable failure) {
    return failure instanceof UserException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  private static void throwIfFatal(Answer answer) throws InterruptedException {
    Throwable fatal = answer.fatal();
    if (fatal instanceof InterruptedException interrupted) {
      throw interrupted;
    } else if (fatal instanceof RuntimeException exception) {
      throw exception;
    } else if (fatal instanceof Error error) {
      throw error;
    }
  }

  /** Waits for one answer, or for the first deadline. */
  private void await(Deque<Task> begun) throws InterruptedException {
    Answer answer;
    if (timeout.isZero()) {
      answer = answers.take();
    } else {
      long wait = Long.MAX_VALUE;
      for (Task task : begun) {
        if (task.answer == null) {
          wait = Math.min(wait, left(task));
        }
      }
      answer = answers.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
    if (answer != null) {
      take(answer);
      return;
    }
    for (Task task : begun) {
      if (task.answer == null && left(task) <= 0) {
        String why = "no result after " + timeout.toMillis() / 1000.0
            + " s, the bound that search.method.timeout sets";
        // With a bound, a run is one candidate.
        giveUp(task, Scored.failed(task.candidates.get(0), why));
      }
    }
  }

  private void take(Answer answer) {
    Task task = answer.task();
    // Of a task that had been given up, the answer comes too late and is not looked at.
    if (task.answer == null) {
      running--;
      adapt(answer);
      if (answer.whole()) {
        task.answer = answer;
      } else {
        task.paused = answer.scored();
      }
    }
  }

  /** Makes runs longer while they are short, where nobody else could take their candidates. */
  private void adapt(Answer answer) {
    if (answer.took() >= LONGEST_RUN) {
      runLength = Math.max(1, runLength / 2);
    } else if (workers == 1 && timeout.isZero() && answer.took() < LONGEST_RUN / 2) {
      runLength = Math.min(2 * runLength, MOST_IN_A_RUN);
    }
  }

  private long left(Task task) {
    return timeout.toNanos() - (System.nanoTime() - task.began);
  }

  private void giveUp(Task task, @Nullable Scored result) {
    running--;
    if (result != null) {
      task.results.add(result);
    }
    task.answer = new Answer(task, 0, null, 0);
    if (task.future != null) {
      task.future.cancel(true);
    }
  }

  /**
   * Ends the threads. Where a search was stopped in the middle, what ran is interrupted and waited
   * for a little, so that the caller may give free what the evaluator works on.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    if (!stopped) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + LAST_WAIT.toNanos();
    boolean ended = false;
    while (!ended && System.nanoTime() < end) {
      try {
        ended = threads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
