package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.train.WeightSchedule.Form;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Terms with teachers and weights of their own. */
class TeachersTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final TinyTraining tiny = new TinyTraining(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Gives the same logits for every example and counts how often it is asked. */
  private static final class Constant implements Teacher {
    private final float[] logits;
    private int asked;

    Constant(float... logits) {
      this.logits = logits;
    }

    @Override
    public Architecture architecture() {
      return TinyTraining.net(1, 16, 1);
    }

    @Override
    public Outputs outputs(Batch batch, boolean wanted, ImmutableSet<Tap> taps) {
      asked++;
      NDArray row = ((TextBatch) batch).ids().getManager().create(logits).expandDims(0);
      return new Outputs(row.repeat(0, batch.size()), ImmutableMap.of());
    }
  }

  @Test
  void eachTermLearnsFromItsOwnTeacherAndEachTeacherIsAskedOnce() {
    Constant one = new Constant(5, 0, 0);
    Constant other = new Constant(0, 0, 5);
    tiny.objectives = ImmutableList.of(
        new WeightedObjective("one", 1, new LogitKd(1)).from(one),
        new WeightedObjective("again", 1, new LogitKd(2)).from(one),
        new WeightedObjective("other", 1, new LogitKd(1)).from(other));
    try (Trainer trainer = tiny.trainer()) {
      StepReport report = trainer.step();
      assertThat(report.terms().keySet()).containsExactly("one", "again", "other");
      assertThat(report.terms().get("one")).isNotEqualTo(report.terms().get("other"));
    }
    assertThat(one.asked).isEqualTo(1);
    assertThat(other.asked).isEqualTo(1);
  }

  @Test
  void aTermOfWeightZeroCostsNothing() {
    Constant teacher = new Constant(5, 0, 0);
    tiny.objectives = ImmutableList.of(
        new WeightedObjective("hard", 1, new CrossEntropy()),
        new WeightedObjective(
            "late", new WeightSchedule(Form.LINEAR, 0, 2, 2, 4), new LogitKd(1), teacher));
    List<StepReport> reports = new ArrayList<>();
    try (Trainer trainer = tiny.trainer()) {
      trainer.run(Checkpoints.NONE, reports::add, () -> false);
    }
    assertThat(reports).hasSize(5);
    for (int step = 0; step < 3; step++) {
      assertThat(reports.get(step).terms().keySet()).containsExactly("hard");
    }
    assertThat(teacher.asked).isEqualTo(2);
    StepReport middle = reports.get(3);
    assertThat(middle.loss())
        .isCloseTo(value(middle, "hard") + value(middle, "late"), within(1e-6));
    StepReport last = reports.get(4);
    assertThat(last.loss()).isCloseTo(value(last, "hard") + 2 * value(last, "late"), within(1e-6));
  }

  private static double value(StepReport report, String term) {
    return report.terms().getOrDefault(term, Double.NaN);
  }

  @Test
  void aStepWithoutALossIsRefused() {
    tiny.objectives = ImmutableList.of(new WeightedObjective(
        "late", new WeightSchedule(Form.LINEAR, 0, 1, 2, 4), new CrossEntropy(), null));
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessage("At step (0) of stage tiny every objective has the weight 0");
  }

  @Test
  void anEnsembleIsTheMeanOfProbabilitiesOrOfLogits() {
    ImmutableList<Teacher> members =
        ImmutableList.of(new Constant(3, 1, -2), new Constant(-100, 100, 0));
    try (NDManager scope = manager.newSubManager()) {
      Batch batch = TinyTraining.batch(0, 0, 2, scope);
      NDArray logits = new EnsembleTeacher(members, EnsembleTeacher.Mean.PROBABILITIES)
          .outputs(batch, true, ImmutableSet.of())
          .requireLogits();
      double sum = Math.exp(3) + Math.exp(1) + Math.exp(-2);
      float[] given = logits.exp().toFloatArray();
      assertThat(given).hasSize(6);
      assertThat((double) given[0]).isCloseTo(Math.exp(3) / sum / 2, within(1e-6));
      assertThat((double) given[1]).isCloseTo((Math.exp(1) / sum + 1) / 2, within(1e-6));
      assertThat(new EnsembleTeacher(members, EnsembleTeacher.Mean.LOGITS)
              .outputs(batch, true, ImmutableSet.of())
              .requireLogits()
              .toFloatArray())
          .startsWith(-48.5f, 50.5f, -1f);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EnsembleTeacher(members, EnsembleTeacher.Mean.LOGITS)
            .outputs(tiny.batches.batch(0, manager), true, ImmutableSet.of(Tap.hidden(1))))
        .withMessageContaining("hidden1");
  }
}
