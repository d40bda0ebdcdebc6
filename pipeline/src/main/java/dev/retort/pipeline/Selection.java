package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.report.BudgetLine;
import dev.retort.pipeline.report.FidelityLine;
import dev.retort.pipeline.report.PlaceLine;
import dev.retort.pipeline.report.SearchReport;
import dev.retort.pipeline.report.StageLine;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.supernet.Weights;

/** The students of a run, how each begins, and what there is to report of how they were found. */
sealed interface Selection permits SearchedStudents, GivenStudent {
  /**
   * A student.
   *
   * @param name its folder's name
   * @param title its name in reports
   * @param architecture what it is
   * @param cost of one example
   * @param subSpace the sub-space that it was found in; empty where it is given
   * @param budgets the names of the budgets that it answers, joined; empty where it is given
   */
  record Student(
      String name,
      String title,
      Architecture architecture,
      Cost cost,
      String subSpace,
      String budgets) {}

  /** The students. */
  ImmutableList<Student> students();

  /** A student's weights before it is fine-tuned. */
  Weights begun(Student student, NDManager manager);

  /** What a student is called before it is fine-tuned. */
  String beginning();

  /** What a student is called once it has been fine-tuned in a way. */
  String trained(String way);

  /** What a reader must know of the examples; may be empty. */
  String story();

  /** What was asked for. */
  ImmutableList<BudgetLine> budgets();

  /** What was searched. */
  SearchReport search(Timings timings);

  /** How well the search's score ranks. */
  ImmutableList<FidelityLine> fidelity();

  /** The names of trainings by what reports call them. */
  ImmutableMap<String, String> trainings();

  /** What took how long. */
  ImmutableList<StageLine> stages(Timings timings);

  /** Where records lie. */
  ImmutableList<PlaceLine> places();
}
