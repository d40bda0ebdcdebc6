package dev.retort.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.report.HtmlReport;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.pipeline.report.ReportModel;
import dev.retort.pipeline.report.StudentLine;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The report of a run as data, in {@code report.json}: from it {@code report.html} is written, once
 * at the end of the run and again whenever that is asked for.
 */
final class ReportFile {
  static final String NAME = "report.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportFile() {}

  static void write(Path run, ReportModel report) {
    try {
      RunFolder.write(
          run.resolve(NAME),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the page of a finished run again, and tells what came out of it. */
  static RunResult render(Path run) {
    Recipe recipe = RunFolder.recipe(run).recipe();
    ReportModel report = read(run);
    RunFolder.write(run.resolve(RunFolder.REPORT), HtmlReport.render(report));
    ImmutableList.Builder<RunResult.Student> students = ImmutableList.builder();
    for (StudentLine line : report.students()) {
      Architecture architecture = Architecture.parse(line.architecture());
      Accounting accounting = recipe.accounting();
      Path folder = run.resolve(line.methods().stream()
          .filter(MethodLine::delivered)
          .findFirst()
          .orElseThrow()
          .path());
      students.add(new RunResult.Student(
          architecture,
          accounting.cost(architecture, recipe.counted()),
          Scoring.Scores.read(folder).reported(),
          folder));
    }
    return new RunResult(
        run,
        report.taught()
            ? Scoring.Scores.read(run.resolve(report.teacher().path())).reported()
            : null,
        students.build(),
        report);
  }

  private static ReportModel read(Path run) {
    Path file = run.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          UserException.Kind.INPUT,
          run + ": this run is not finished. Go on with it first: retort resume " + run);
    }
    try {
      return JSON.readValue(file.toFile(), ReportModel.class);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": cannot be read (" + e.getMessage() + "). Delete it and resume the run: retort"
              + " resume " + run,
          e);
    }
  }
}
