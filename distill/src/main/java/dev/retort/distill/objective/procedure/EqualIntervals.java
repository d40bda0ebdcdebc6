package dev.retort.distill.objective.procedure;

import com.google.common.collect.ImmutableList;
import java.util.stream.IntStream;

/**
 * RCO's route with equal epoch intervals: Jin et al., "Knowledge Distillation via Route Constrained
 * Optimization" (ICCV 2019, arXiv 1904.09149), after SforAiDl/KD_Lib (KD/vision/RCO/rco.py); no
 * authors' code is known.
 *
 * <p>The student learns from checkpoints of one teacher's training, anchors, from early (easy) to
 * converged (hard). An interval longer than the teacher's training gives one anchor, plain
 * distillation; a student that outlives the route keeps the last anchor.
 *
 * @param interval epochs between anchors, for teacher and student, above 0; KD_Lib's default is 5
 */
public record EqualIntervals(int interval) {
  /** Checks the interval. */
  public EqualIntervals {
    if (interval < 1) {
      throw new IllegalArgumentException("An interval must be above 0, not (" + interval + ")");
    }
  }

  /**
   * After which epochs of the teacher the anchors are saved.
   *
   * @param teacherEpochs how long the teacher is trained, above 0
   * @return epochs from 1, ascending: the multiples of the interval and the last
   */
  public ImmutableList<Integer> anchors(int teacherEpochs) {
    if (teacherEpochs < 1) {
      throw new IllegalArgumentException(
          "A teacher is trained for at least one epoch, not (" + teacherEpochs + ")");
    }
    return IntStream.rangeClosed(1, teacherEpochs)
        .filter(epoch -> epoch % interval == 0 || epoch == teacherEpochs)
        .boxed()
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Which anchor a student's epoch learns from.
   *
   * @param studentEpoch from 0
   * @param anchors how many there are, above 0
   * @return the anchor's index, from 0
   */
  public int anchorOf(int studentEpoch, int anchors) {
    if (studentEpoch < 0 || anchors < 1) {
      throw new IllegalArgumentException("Needed an epoch from 0 and at least one anchor, not ("
          + studentEpoch + ") and (" + anchors + ")");
    }
    return Math.min(studentEpoch / interval, anchors - 1);
  }
}
