package dev.retort.distill.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.AdaptiveThreshold;
import dev.retort.distill.objective.procedure.ReplaySchedule;
import dev.retort.distill.objective.procedure.ReplaySchedule.Ratio;
import dev.retort.distill.objective.procedure.ReplaySchedule.Source;
import java.util.Map;

/** DistiLLM's adaptive threshold and what each step learns from. */
final class DistillmSchedulerVectors implements GoldenMethod {
  private static final ImmutableMap<String, Ratio> RATIOS = ImmutableMap.of(
      "decreasing", Ratio.DECREASING,
      "constant", Ratio.CONSTANT,
      "increasing", Ratio.INCREASING);

  private static final ImmutableMap<Source, String> SOURCES = ImmutableMap.of(
      Source.GENERATE, "generate_with_student_and_store",
      Source.REPLAY, "sample_from_replay_buffer",
      Source.DATA_SET, "dataset");

  @Override
  public Computed compute(GoldenCase from) {
    return Computed.of(
        from.has("val_losses")
            ? ImmutableMap.of("trace", trace(from))
            : ImmutableMap.of("rows", decisions(from)));
  }

  private static ImmutableList<Map<String, Double>> trace(GoldenCase from) {
    AdaptiveThreshold threshold = new AdaptiveThreshold(
        from.number("init_threshold"),
        from.scalar("first_val_loss"),
        from.number("loss_eps"),
        from.number("increment"),
        from.number("cap"));
    ImmutableList.Builder<Map<String, Double>> trace = ImmutableList.builder();
    for (double loss : from.list("val_losses").toArray()) {
      threshold = threshold.after(loss);
      trace.add(ImmutableMap.of(
          "val_loss", loss,
          "threshold", threshold.threshold(),
          "reference_loss", threshold.reference()));
    }
    return trace.build();
  }

  private static ImmutableList<Map<String, Object>> decisions(GoldenCase from) {
    ReplaySchedule schedule = new ReplaySchedule(
        from.word("replay_ratio", RATIOS), (long) from.number("total_iters"), (int)
            from.number("capacity"));
    ImmutableList.Builder<Map<String, Object>> rows = ImmutableList.builder();
    for (JsonNode row : from.rows("rows")) {
      long step = (long) from.numberOf(row, "step");
      double draw = from.numberOf(row, "r");
      double threshold = from.numberOf(row, "threshold");
      int stored = (int) from.numberOf(row, "buffer");
      Source source = schedule.source(step, threshold, stored, draw);
      rows.add(ImmutableMap.<String, Object>builder()
          .put("step", step)
          .put("r", draw)
          .put("threshold", threshold)
          .put("buffer", stored)
          .put("sampling_threshold", schedule.sampling(step, threshold))
          .put("decision", String.valueOf(SOURCES.get(source)))
          .buildOrThrow());
    }
    return rows.build();
  }
}
