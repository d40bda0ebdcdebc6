package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import dev.retort.distill.objective.procedure.CodebookMapping;
import dev.retort.distill.objective.procedure.LevelContrast;
import dev.retort.distill.objective.procedure.StudentHistory;
import java.util.ArrayList;
import java.util.List;

/** Contrast over levels, mapping to a codebook, and the student's history. */
final class DckdVectors implements GoldenMethod {
  private static final int UPDATES = 3;

  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("history")) {
      return history(from);
    }
    return from.has("codebook") ? distribution(from) : contrast(from);
  }

  private static Computed contrast(GoldenCase from) {
    List<LevelContrast.Level> levels = new ArrayList<>();
    for (int i = 0; from.has("anchor" + i); i++) {
      levels.add(new LevelContrast.Level(
          from.student("anchor" + i),
          from.constant("positive" + i),
          from.constant("negatives" + i)));
    }
    LevelContrast objective = new LevelContrast(
        ImmutableList.copyOf(from.list("level_weights").asList()), from.number("loss_weight"), 0);
    ImmutableMap.Builder<String, Object> components = ImmutableMap.builder();
    List<NDArray> terms = objective.terms(levels);
    for (int i = 0; i < terms.size(); i++) {
      components.put("level" + i, terms.get(i));
    }
    return new Computed(objective.loss(levels), components.buildOrThrow());
  }

  private static Computed distribution(GoldenCase from) {
    CodebookMapping objective = new CodebookMapping(
        from.word(
            "mode",
            ImmutableMap.of(
                "official_code", CodebookMapping.Reading.OFFICIAL_CODE,
                "paper_formula", CodebookMapping.Reading.PAPER_FORMULA,
                "paper", CodebookMapping.Reading.PAPER_FORMULA)),
        from.number("loss_weight"));
    NDArray student = from.student("student_feature");
    NDArray teacher = from.constant("teacher_feature");
    NDArray codes = from.constant("codebook");
    return new Computed(
        objective.loss(student, teacher, codes),
        ImmutableMap.of(
            "student_distribution", objective.logDistribution(student, codes).exp(),
            "teacher_distribution", objective.logDistribution(teacher, codes).exp(),
            "ce", objective.crossEntropy(student, teacher, codes)));
  }

  private static Computed history(GoldenCase from) {
    StudentHistory history = new StudentHistory(
        from.number("update_decay"),
        from.list("step_list").asList().stream()
            .map(Double::intValue)
            .collect(ImmutableList.toImmutableList()),
        new StudentHistory().phase());
    ImmutableMap.Builder<String, Object> inUse = ImmutableMap.builder();
    for (int phase = 0; phase < history.steps().size(); phase++) {
      long last = (phase + 1) * history.phase();
      inUse.put((last - history.phase() + 1) + ".." + last, (long) history.step(last));
    }
    List<Integer> updates = new ArrayList<>();
    for (int iteration = 1; updates.size() < UPDATES; iteration++) {
      if (history.updates(iteration)) {
        updates.add(iteration);
      }
    }
    return Computed.of(ImmutableMap.of(
        "history_after", history.updated(from.constant("history"), from.constant("student_ema")),
        "updates_at_first_iterations", Ints.asList(Ints.toArray(updates)),
        "step_in_use", inUse.buildOrThrow()));
  }
}
