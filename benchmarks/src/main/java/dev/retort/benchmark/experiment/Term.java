package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.train.WeightSchedule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loss as a recipe names it.
 *
 * @param objective its name
 * @param weight its factor
 * @param options its options, as YAML gives them; those that are missing have their defaults
 * @param teacher which of the fixture's teachers; empty: the entrant's
 * @param rise over which share of the steps the weight rises from 0 along a line; 0: at once
 * @param end after which share of the steps it is 0; 1: never
 * @param own an objective of the fixture; null: the one that recipes know by this name
 */
record Term(
    String objective,
    double weight,
    ImmutableMap<String, Object> options,
    String teacher,
    double rise,
    double end,
    @Nullable Objective own) {
  static Term of(String objective, double weight) {
    return of(objective, weight, ImmutableMap.of());
  }

  static Term of(String objective, double weight, Map<String, Object> options) {
    return new Term(objective, weight, ImmutableMap.copyOf(options), "", 0, 1, null);
  }

  /** An objective that no recipe knows. */
  static Term of(Objective own, double weight) {
    return new Term(own.name(), weight, ImmutableMap.of(), "", 0, 1, own);
  }

  Term from(String other) {
    return new Term(objective, weight, options, other, rise, end, own);
  }

  Term rising(double share) {
    return new Term(objective, weight, options, teacher, share, end, own);
  }

  Term until(double share) {
    return new Term(objective, weight, options, teacher, rise, share, own);
  }

  /** The objective, made anew. */
  Objective make() {
    return own == null ? Objectives.create(objective, options) : own;
  }

  /** How reports call it, unique in its stage. */
  String label() {
    return objective
        + (teacher.isEmpty() ? "" : "@" + teacher)
        + (end < 1 ? "-" + Numbers.fixed(end, 2) : "");
  }

  /** Its factor over so many steps. */
  WeightSchedule schedule(long steps) {
    long turn = Math.round((end < 1 ? end : rise) * steps);
    if (end < 1) {
      return new WeightSchedule(WeightSchedule.Form.LINEAR, weight, 0, turn, turn);
    }
    return rise == 0
        ? WeightSchedule.constant(weight)
        : new WeightSchedule(WeightSchedule.Form.LINEAR, 0, weight, 0, turn);
  }

  /** As a recipe has it, in a few words. */
  @Override
  public String toString() {
    String factor = weight == 1 ? "" : Numbers.plain(weight) + " ";
    return factor
        + objective
        + (options.isEmpty() ? "" : " " + options.toString().replace('=', ':'))
        + (teacher.isEmpty() ? "" : " from " + teacher)
        + (rise == 0 ? "" : ", risen by " + Numbers.fixed(rise, 2) + " of the steps")
        + (end == 1 ? "" : ", until " + Numbers.fixed(end, 2) + " of the steps");
  }
}
