package dev.retort.cli;

import dev.retort.distill.train.StepReport;
import dev.retort.pipeline.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.InteractiveConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on a terminal: a bar a stage, several at once where stages run side by side. */
final class ProgressBars implements Progress, AutoCloseable {
  private static final int NARROWEST = 40;

  private final PrintStream err;
  private final int columns;
  private final Map<String, ProgressBar> bars = new LinkedHashMap<>();

  /**
   * Progress in bars.
   *
   * @param err the terminal
   * @param columns its width
   */
  ProgressBars(PrintStream err, int columns) {
    this.err = err;
    this.columns = Math.max(NARROWEST, columns);
  }

  /** On standard error, as wide as the launcher found it. */
  static ProgressBars standard() {
    return new ProgressBars(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Integer.getInteger("retort.columns", 80));
  }

  @Override
  public void started(String name, String what, long steps) {
    // The consumer is given, for the library would ask JLine, which takes over Ctrl-C.
    bars.put(
        name,
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(steps > 0 ? steps : -1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(250)
            .setConsumer(new InteractiveConsoleProgressBarConsumer(err, columns - 1))
            .build());
  }

  @Override
  public void step(StepReport report) {
    ProgressBar bar = bars.get(report.stage());
    if (bar != null) {
      bar.stepTo(report.step());
      bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4g", report.loss()));
    }
  }

  @Override
  public void counted(String name, long done) {
    ProgressBar bar = bars.get(name);
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void finished(String name, double seconds) {
    ProgressBar bar = bars.remove(name);
    if (bar != null) {
      bar.maxHint(Math.max(1, bar.getCurrent()));
      bar.setExtraMessage(Durations.text(seconds));
      bar.close();
    }
  }

  @Override
  public void note(String message) {
    // A line of its own would be drawn over; the bars that follow begin below it.
    if (bars.isEmpty()) {
      err.println("note: " + message);
    } else {
      bars.values().iterator().next().setExtraMessage(message);
    }
  }

  @Override
  public void close() {
    bars.values().forEach(ProgressBar::close);
    bars.clear();
  }
}
