package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import dev.retort.distill.objective.Objective;
import dev.retort.supernet.Weights;
import java.util.Map;

/** An objective that keeps something of the one student that it teaches. */
interface StudentBound extends Objective {
  /**
   * The same for a student.
   *
   * @param student its weights, which training changes in place
   * @param manager owns what is kept
   */
  StudentBound of(Weights student, NDManager manager);

  /** What it measured while the student learnt. */
  Map<String, Double> measures();
}
