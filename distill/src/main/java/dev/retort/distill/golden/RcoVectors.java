package dev.retort.distill.golden;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.EqualIntervals;
import dev.retort.distill.objective.procedure.GreedyAnchors;
import java.util.stream.IntStream;

/** The anchors of a route, and which one a student's epoch learns from. */
final class RcoVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    String losses = "loss_of_student_against_checkpoint";
    if (from.has(losses)) {
      GreedyAnchors greedy = new GreedyAnchors(from.number("delta"));
      return Computed.of(ImmutableMap.of("anchor_indices", greedy.route(from.list(losses))));
    }
    EqualIntervals route = new EqualIntervals((int) from.number("epoch_interval"));
    if (from.given("teacher_epochs")) {
      int epochs = (int) from.number("teacher_epochs");
      return Computed.of(ImmutableMap.of("anchor_epochs_from_1", route.anchors(epochs)));
    }
    int anchors = (int) from.number("anchors");
    return Computed.of(ImmutableMap.of(
        "anchor_index_per_epoch",
        IntStream.range(0, (int) from.number("student_epochs"))
            .map(epoch -> route.anchorOf(epoch, anchors))
            .boxed()
            .toList()));
  }
}
