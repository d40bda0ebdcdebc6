package dev.retort.pipeline.report;

import java.util.List;

/**
 * All that the report shows, as plain data.
 *
 * @param title name of the run
 * @param question what was asked
 * @param teacher the network that all others are held against; {@link TeacherLine#NONE}: none
 * @param students the chosen architectures, in the order of the table
 * @param floors what a reader should hold the figures against, such as naive Bayes; may be empty
 * @param losses the loss curves, in the order of the stages
 * @param search what was searched; {@link SearchReport#NONE} when nothing was
 * @param fidelity how well the search's score ranks; may be empty
 * @param stages what took how long, in order
 * @param totalSeconds wall time of the run; NaN: the sum of the stages
 * @param places where everything lies
 * @param provenance what the run can be traced back to
 */
public record ReportModel(
    String title,
    Question question,
    TeacherLine teacher,
    List<StudentLine> students,
    List<MethodLine> floors,
    List<LossPlot> losses,
    SearchReport search,
    List<FidelityLine> fidelity,
    List<StageLine> stages,
    double totalSeconds,
    List<PlaceLine> places,
    ProvenanceReport provenance) {
  /** Copies the lists. */
  public ReportModel {
    students = List.copyOf(students);
    floors = List.copyOf(floors);
    losses = List.copyOf(losses);
    fidelity = List.copyOf(fidelity);
    stages = List.copyOf(stages);
    places = List.copyOf(places);
  }

  /** Whether there was a teacher. */
  public boolean taught() {
    return !teacher.equals(TeacherLine.NONE);
  }

  /** How its scores are written. */
  ScoreUnit unit() {
    return ScoreUnit.of(question.metric());
  }

  /** A score as a fraction of the teacher's, on test; NaN when either is not known. */
  double ratio(ScoreFigure test) {
    double whole = teacher.test().value();
    return whole > 0 ? test.value() / whole : Double.NaN;
  }

  /** Multiply-accumulates as a fraction of the teacher's; NaN when either is not known. */
  double share(CostFigures cost) {
    return teacher.cost().macs() > 0 ? cost.macs() / teacher.cost().macs() : Double.NaN;
  }

  /** Wall time of the run in seconds: as given, else the sum of the stages. */
  double seconds() {
    return Double.isNaN(totalSeconds)
        ? stages.stream()
            .mapToDouble(StageLine::seconds)
            .filter(Double::isFinite)
            .sum()
        : totalSeconds;
  }
}
