package dev.retort.pipeline.report;

/**
 * The teacher.
 *
 * @param name its name
 * @param architecture canonical text of its architecture
 * @param cost what it costs
 * @param dev score on the dev part
 * @param test score on the test part
 * @param detail what a reader should know beside, such as other measures; may be empty
 * @param path its folder, relative to the report; empty: none
 */
public record TeacherLine(
    String name,
    String architecture,
    CostFigures cost,
    ScoreFigure dev,
    ScoreFigure test,
    String detail,
    String path) {
  /** Students that learn from nobody. */
  public static final TeacherLine NONE =
      new TeacherLine("", "", CostFigures.UNKNOWN, ScoreFigure.ABSENT, ScoreFigure.ABSENT, "", "");
}
