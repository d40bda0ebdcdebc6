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
import java.util.concurrent.BlockingQueue;
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
 * before them, at most two runs a worker, and a crash repeats these. A candidate that takes too long
 * is interrupted, recorded as failed and, where it does not heed that, left alone with its thread.
 *
 * <p>A run is one candidate, or as many as are scored in a millisecond: to wake a thread and to be
 * woken takes longer than to look up a cost.
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

  /** A run of candidates that was begun. Only the coordinating thread touches it. */
  private static final class Task {
    final ImmutableList<Candidate> candidates;
    final long began = System.nanoTime();

    /** Results of it that were handed out. */
    int handedOut;

    @Nullable
    Future<?> future;

    @Nullable
    Answer answer;

    Task(ImmutableList<Candidate> candidates) {
      this.candidates = candidates;
    }
  }

  /**
   * What became of a task.
   *
   * @param scored results of its candidates, up to what ended the search
   * @param fatal what ends it
   * @param took ns
   */
  private record Answer(
      Task task, ImmutableList<Scored> scored, @Nullable Throwable fatal, long took) {}

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
        while (next.hasNext() && running < workers && begun.size() < 2 * workers) {
          begun.add(begin(ImmutableList.copyOf(Iterators.limit(next, runLength))));
        }
        Task head = begun.peek();
        if (head == null) {
          return;
        }
        if (head.answer != null) {
          handOut(head, head.answer, results);
          throwIfFatal(head.answer);
          begun.remove();
        } else {
          idle.run();
          await(begun);
        }
      }
    } catch (InterruptedException e) {
      handOutFinished(begun, results);
      throw e;
    } finally {
      for (Task task : begun) {
        if (task.answer == null) {
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
    for (Task head = begun.peek(); head != null; head = begun.peek()) {
      if (head.answer == null) {
        return;
      }
      handOut(head, head.answer, results);
      if (head.answer.fatal() != null) {
        return;
      }
      begun.remove();
    }
  }

  private static void handOut(Task task, Answer answer, Consumer<Scored> results) {
    while (task.handedOut < answer.scored().size()) {
      results.accept(answer.scored().get(task.handedOut++));
    }
  }

  private Task begin(ImmutableList<Candidate> candidates) {
    Task task = new Task(candidates);
    running++;
    task.future = threads.submit(() -> answers.add(answer(task)));
    return task;
  }

  private Answer answer(Task task) {
    long begin = System.nanoTime();
    ImmutableList.Builder<Scored> scored = ImmutableList.builder();
    Throwable fatal = null;
    try {
      for (Candidate candidate : task.candidates) {
        if (Thread.interrupted()) {
          throw new InterruptedException("The search was stopped");
        }
        scored.add(score(candidate));
      }
    } catch (RuntimeException | InterruptedException | Error e) {
      fatal = e;
    }
    return new Answer(task, scored.build(), fatal, System.nanoTime() - begin);
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
    // Of a task that had been given up, the answer comes too late and is not looked at.
    if (answer.task().answer == null) {
      answer.task().answer = answer;
      running--;
      adapt(answer);
    }
  }

  /** Makes runs longer while they are short, as long as no candidate has a bound of its own. */
  private void adapt(Answer answer) {
    if (answer.took() > LONGEST_RUN) {
      runLength = Math.max(1, runLength / 2);
    } else if (timeout.isZero()
        && answer.took() < LONGEST_RUN / 2
        && answer.scored().size() == runLength) {
      runLength = Math.min(2 * runLength, MOST_IN_A_RUN);
    }
  }

  private long left(Task task) {
    return timeout.toNanos() - (System.nanoTime() - task.began);
  }

  private void giveUp(Task task, @Nullable Scored result) {
    running--;
    task.answer =
        new Answer(task, result == null ? ImmutableList.of() : ImmutableList.of(result), null, 0);
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
