package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.Progress;
import dev.retort.pipeline.Retort;
import dev.retort.pipeline.RunResult;
import dev.retort.pipeline.report.SummaryTable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Does a job to its end, or until a signal, and prints what came out. */
final class RunJob {
  private final Console console;
  private final Path folder;

  RunJob(Console console, Path folder) {
    this.console = console;
    this.folder = folder;
  }

  /** Does it and prints the table, or JSON. */
  int run(Retort job, boolean json) {
    // Failures are said before the stop lets go of the JVM, hence inside it.
    try (Stop stop = new Stop(console)) {
      try {
        print(result(job.stoppingWhen(stop)), json);
        return ExitCode.DONE;
      } catch (RuntimeException | Error e) {
        return new Failures(console).handle(e);
      } finally {
        console.out().flush();
      }
    }
  }

  private RunResult result(Retort job) {
    if (!console.terminal()) {
      Progress lines = new ProgressLines(console.err(), System::nanoTime);
      return job.listening(lines).run(folder);
    }
    try (ProgressBars bars = ProgressBars.standard()) {
      return job.listening(bars).run(folder);
    }
  }

  /** Prints the table, or JSON. */
  void print(RunResult result, boolean json) {
    if (json) {
      Json.print(console.out(), json(result));
      return;
    }
    console.out().println();
    console.out().print(SummaryTable.text(result.report(), signs()));
    console.out().println();
    console.out().println("Students:");
    for (RunResult.Student each : result.students()) {
      console.out().println("  " + each.folder());
    }
    console.out().println("Report:");
    console.out().println("  " + result.folder().resolve("report.html"));
  }

  /** The signs that the user's locale can show; what is written is UTF-8 in any case. */
  private static Charset signs() {
    String locale = System.getProperty("native.encoding", "UTF-8");
    return locale.equalsIgnoreCase("UTF-8") ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
  }

  private static ObjectNode json(RunResult result) {
    ObjectNode node = Json.object();
    node.put("folder", result.folder().toString());
    node.put("report", result.folder().resolve("report.html").toString());
    if (result.teacherScore() != null) {
      node.set("teacher", score(result.teacherScore()));
    }
    ArrayNode students = node.putArray("students");
    for (RunResult.Student each : result.students()) {
      ObjectNode student = students.addObject();
      student
          .put("architecture", each.architecture().toString())
          .put("parameters", each.cost().parameters())
          .put("macs", each.cost().macs())
          .put("folder", each.folder().toString());
      student.set("score", score(each.score()));
    }
    return node;
  }

  /** A score as programs read it. */
  static ObjectNode score(Score score) {
    ObjectNode node = Json.object();
    node.put("metric", score.metric().key()).put("value", score.value());
    score.standardError().ifPresent(error -> node.put("standardError", error));
    return node.put("examples", score.examples());
  }
}
