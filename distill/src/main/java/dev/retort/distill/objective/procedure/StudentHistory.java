package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.Checks;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.Map;

/**
 * DCKD's history of the student, whose outputs are the negatives: "Dynamic Contrastive Knowledge
 * Distillation for Efficient Image Restoration" (AAAI 2025, arXiv 2412.08939), as in
 * super-SSS/DCKD (basicsr/models/dckd_model.py).
 *
 * <p>It begins as a copy of the student's moving average. Every so many iterations it becomes decay
 * x history + (1 - decay) x moving average. How many depends on the phase: with the defaults 1000
 * in the first 100,000 iterations, then 2000, then 3000, the last to the end.
 *
 * @param decay from 0 to 1; 0.1 by default
 * @param steps iterations between two updates in each phase; 1000, 2000, 3000 by default
 * @param phase iterations of a phase; 100,000 by default
 */
public record StudentHistory(double decay, ImmutableList<Integer> steps, long phase) {
  private static final String NAME = "dckd-history";

  /** Checks the numbers. */
  public StudentHistory {
    Checks.notNegative(NAME, "decay", decay);
    if (decay > 1 || phase < 1 || steps.isEmpty() || steps.stream().anyMatch(each -> each < 1)) {
      throw new IllegalArgumentException(NAME + " needs a decay of at most 1, a phase and steps of"
          + " at least 1, not (" + decay + "), (" + phase + "), " + steps);
    }
  }

  /** The authors'. */
  public StudentHistory() {
    this(0.1, ImmutableList.of(1000, 2000, 3000), 100_000);
  }

  /**
   * Iterations between two updates.
   *
   * @param iteration from 1
   */
  public int step(long iteration) {
    if (iteration < 1) {
      throw new IllegalArgumentException("Iterations count from 1, not (" + iteration + ")");
    }
    return steps.get((int) Math.min(steps.size() - 1, (iteration - 1) / phase));
  }

  /** Whether the history is updated after an iteration, which counts from 1. */
  public boolean updates(long iteration) {
    return iteration % step(iteration) == 0;
  }

  /** One tensor of the history after an update. */
  public NDArray updated(NDArray history, NDArray average) {
    return Scaling.by(history, decay).add(Scaling.by(average, 1 - decay));
  }

  /**
   * Updates every tensor of the history in place.
   *
   * @param history by name
   * @param average the student's moving average, by the same names
   */
  public void update(Map<String, NDArray> history, Map<String, NDArray> average) {
    try (Autograd off = Autograd.off()) {
      history.forEach((name, each) -> {
        NDArray other = average.get(name);
        if (other == null || !other.getShape().equals(each.getShape())) {
          throw new IllegalArgumentException(NAME + ": the moving average has no tensor (" + name
              + ") of shape " + each.getShape());
        }
        try (NDArray kept = Scaling.by(each, decay);
            NDArray added = Scaling.by(other, 1 - decay);
            NDArray sum = kept.add(added)) {
          sum.copyTo(each);
        }
      });
    }
  }
}
