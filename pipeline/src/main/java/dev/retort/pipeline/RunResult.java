package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.report.ReportModel;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import java.nio.file.Path;

/**
 * What came out of a run.
 *
 * @param folder the run's folder
 * @param teacher the teacher's score that is reported
 * @param students the chosen students
 * @param report everything that the report shows
 */
public record RunResult(
    Path folder, Score teacher, ImmutableList<Student> students, ReportModel report) {
  /**
   * One student.
   *
   * @param architecture what it is
   * @param cost of one example
   * @param score of the student that is handed over, on test where there is one, else on dev
   * @param folder where it lies: weights, architecture, tokenizer
   */
  public record Student(Architecture architecture, Cost cost, Score score, Path folder) {}
}
