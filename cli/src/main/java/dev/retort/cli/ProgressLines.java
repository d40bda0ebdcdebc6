package dev.retort.cli;

import dev.retort.distill.train.StepReport;
import dev.retort.pipeline.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Progress where there is no terminal: a plain line a stage every few seconds. */
final class ProgressLines implements Progress {
  private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

  private final PrintWriter err;
  private final LongSupplier nanoTime;
  private final Map<String, Part> parts = new HashMap<>();

  /**
   * Progress in lines.
   *
   * @param err where lines go
   * @param nanoTime the clock: {@code System::nanoTime}
   */
  ProgressLines(PrintWriter err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
  }

  /** A part under way. */
  private static final class Part {
    long said;
    long saidStep = -1;
    double nanosEach;

    Part(long begin) {
      this.said = begin;
    }

    /** Takes the steps since the last line into the time of a step, which drifts with the load. */
    double nanosEach(long now, long step) {
      double recent = (double) (now - said) / (step - saidStep);
      nanosEach = nanosEach == 0 ? recent : (nanosEach + recent) / 2;
      said = now;
      saidStep = step;
      return nanosEach;
    }
  }

  @Override
  public void started(String name, String what, long steps) {
    parts.put(name, new Part(nanoTime.getAsLong()));
    err.println(name + ": " + what + (steps > 0 ? ", " + steps + " steps" : ""));
  }

  @Override
  public void step(StepReport report) {
    Part part = part(report.stage());
    // A resumed stage begins in the middle: what is left is judged by the steps seen here.
    part.saidStep = part.saidStep < 0 ? report.step() - 1 : part.saidStep;
    long now = nanoTime.getAsLong();
    if (now - part.said < INTERVAL) {
      return;
    }
    double left = part.nanosEach(now, report.step()) * (report.steps() - report.step()) / 1e9;
    err.println(String.format(
        Locale.ROOT,
        "%s: step %d of %d, loss %.4g%s, %s left",
        report.stage(),
        report.step(),
        report.steps(),
        report.loss(),
        report.skipped() ? " (not finite, skipped)" : "",
        Durations.text(left)));
  }

  @Override
  public void counted(String name, long done) {
    Part part = part(name);
    long now = nanoTime.getAsLong();
    if (now - part.said >= INTERVAL) {
      part.said = now;
      err.println(name + ": " + done + " so far");
    }
  }

  @Override
  public void finished(String name, double seconds) {
    parts.remove(name);
    err.println(name + ": done in " + Durations.text(seconds));
  }

  @Override
  public void note(String message) {
    err.println("note: " + message);
  }

  private Part part(String name) {
    return parts.computeIfAbsent(name, each -> new Part(nanoTime.getAsLong()));
  }
}
