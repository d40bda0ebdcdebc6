package dev.retort.distill.objective.procedure;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.OptionalInt;

/**
 * RCO's greedy search for anchors: Jin et al. (ICCV 2019, arXiv 1904.09149). A reconstruction: how
 * the paper defines its threshold could not be read.
 *
 * <p>The next anchor is the first later checkpoint against which the present student's loss is at
 * least delta times that against the present anchor. A procedure measures again after every stage
 * and asks {@link #next}; {@link #route} walks one list of losses. An early bad epoch of the
 * teacher is skipped where nothing later is delta times harder.
 *
 * @param delta how much harder the next anchor is, above 1; ours by default: 1.25
 */
public record GreedyAnchors(double delta) {
  /** Checks the threshold. */
  public GreedyAnchors {
    if (!(delta > 1) || !Double.isFinite(delta)) {
      throw new IllegalArgumentException("delta must be a number above 1, not (" + delta + ")");
    }
  }

  /** With our default. */
  public GreedyAnchors() {
    this(1.25);
  }

  /**
   * The next anchor.
   *
   * @param present the index of the present anchor
   * @param losses of the present student against each checkpoint of the teacher, in their order, on
   *     data that is held out
   * @return the index of the next, or nothing when none is hard enough
   */
  public OptionalInt next(int present, ImmutableDoubleArray losses) {
    for (int i = present + 1; i < losses.length(); i++) {
      if (losses.get(i) >= delta * losses.get(present)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The anchors that one list of losses gives, from the first checkpoint on: what {@link #next}
   * gives again and again, then the converged teacher, which always ends the route.
   *
   * @param losses against each checkpoint, in their order, at least one
   * @return indices, ascending
   */
  public ImmutableList<Integer> route(ImmutableDoubleArray losses) {
    if (losses.isEmpty()) {
      throw new IllegalArgumentException("A route needs at least one checkpoint");
    }
    ImmutableList.Builder<Integer> anchors = ImmutableList.builder();
    int present = 0;
    for (OptionalInt next = next(0, losses); next.isPresent(); next = next(present, losses)) {
      present = next.getAsInt();
      anchors.add(present);
    }
    int last = losses.length() - 1;
    return present == last && last > 0 ? anchors.build() : anchors.add(last).build();
  }
}
