package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.report.ReportModel;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a run.
 *
 * @param folder the run's folder
 * @param teacherScore the teacher's score that is reported; null where there was no teacher
 * @param students the chosen students, or the one that was given
 * @param report everything that the report shows
 */
public record RunResult(
    Path folder,
    @Nullable Score teacherScore,
    ImmutableList<Student> students,
    ReportModel report) {
  /**
   * The teacher's score that is reported.
   *
   * @throws IllegalStateException where there was no teacher
   */
  public Score teacher() {
    if (teacherScore == null) {
      throw new IllegalStateException("This run had no teacher (" + folder + ")");
    }
    return teacherScore;
  }

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
