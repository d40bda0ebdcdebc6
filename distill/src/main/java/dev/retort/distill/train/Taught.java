package dev.retort.distill.train;

import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the teachers of some terms gave for one batch, each of them run once. */
public final class Taught {
  private final Map<Teacher, Outputs> outputs = new IdentityHashMap<>();

  private Taught() {}

  /**
   * Runs the teachers for everything that any student's terms read.
   *
   * @param terms the terms
   * @param students the sub-networks that learn from this batch
   * @param batch what they see
   */
  public static Taught of(
      List<WeightedObjective> terms, Collection<Architecture> students, Batch batch) {
    Map<Teacher, Wanted> wanted = new IdentityHashMap<>();
    Taught taught = new Taught();
    for (WeightedObjective term : terms) {
      Teacher teacher = term.teacher();
      if (teacher == null) {
        continue;
      }
      Wanted of = wanted.computeIfAbsent(teacher, any -> new Wanted());
      for (Architecture student : students) {
        Objective.Needs needs = term.needs(student);
        of.logits |= needs.teacher() && needs.logits();
        of.taps.addAll(needs.teacherTaps());
      }
    }
    wanted.forEach((teacher, of) ->
        taught.outputs.put(teacher, teacher.outputs(batch, of.logits, of.taps.build())));
    return taught;
  }

  /** What is asked of one teacher. */
  private static final class Wanted {
    private boolean logits;
    private final ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
  }

  /** What a term's teacher gave; null for a term without one. */
  public @Nullable Outputs of(WeightedObjective term) {
    return term.teacher() == null ? null : outputs.get(term.teacher());
  }
}
