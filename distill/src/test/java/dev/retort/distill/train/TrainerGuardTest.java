package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that are not finite never reach weights or checkpoints. */
class TrainerGuardTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final TinyTraining tiny = new TinyTraining(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  /** The batches of a tiny training, some with a mask that is not a number. */
  private static BatchSource poisoned(Set<Long> numbers) {
    return (number, owner) -> {
      TextBatch batch = TinyTraining.batch(number, 0, 8, owner);
      NDArray mask = numbers.contains(number) ? batch.mask().mul(Float.NaN) : batch.mask();
      return new TextBatch(batch.ids(), batch.types(), mask, batch.labels(), batch.indices());
    };
  }

  private void assertFinite(Map<String, NDArray> tensors) {
    TinyTraining.values(tensors).forEach((name, values) -> {
      for (float value : values) {
        assertThat(value).as(name).isFinite();
      }
    });
  }

  @Test
  void aPoisonedBatchIsSkippedAndNothingChanges() {
    tiny.batches = poisoned(Set.of(1L, 2L));
    try (Trainer trainer = tiny.trainer()) {
      List<Boolean> skipped = new ArrayList<>();
      List<String> digests = new ArrayList<>();
      for (int step = 0; step < 4; step++) {
        skipped.add(trainer.step().skipped());
        digests.add(TinyTraining.digest(trainer.state().weights())
            + TinyTraining.digest(trainer.state().optimizer()));
      }
      assertThat(skipped).containsExactly(false, true, true, false);
      assertThat(digests.get(1)).isEqualTo(digests.get(0));
      assertThat(digests.get(2)).isEqualTo(digests.get(0));
      assertThat(digests.get(3)).isNotEqualTo(digests.get(0));
      assertThat(trainer.state().step()).isEqualTo(4);
      assertThat(trainer.state().skipped()).isZero();
      assertFinite(trainer.state().weights());
    }
  }

  @Test
  void afterPatienceTrainingStopsWithAMessage() {
    tiny.steps = 10;
    tiny.batches = poisoned(Set.of(1L, 3L, 4L, 5L));
    try (Trainer trainer = tiny.trainer()) {
      assertThatThrownBy(() -> trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false))
          .isInstanceOf(UserException.class)
          .hasMessage("Stage tiny gave numbers that are not finite in 3 steps in a row, up to step"
              + " 6: lower optimizer.rate (0.005), or look for broken examples; checkpoints up to"
              + " then are intact");
      assertFinite(trainer.state().weights());
    }
  }

  @Test
  void patienceIsNotRenewedByStoppingAndGoingOn(@TempDir Path folder) {
    tiny.steps = 10;
    tiny.batches = poisoned(Set.of(1L, 2L, 3L));
    FolderCheckpoints checkpoints = new FolderCheckpoints(folder, 2, 0, "tiny", message -> {});
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      trainer.step();
      trainer.step();
      checkpoints.save(trainer.state());
    }
    tiny.student = tiny.shared(12);
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.resume(checkpoints)).isEqualTo(3);
      assertThatThrownBy(trainer::step)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("in 3 steps in a row, up to step 4");
    }
  }

  @Test
  void anInfiniteGradientOfAFiniteLossIsSkipped() {
    tiny.objectives = TinyTraining.terms(new SteepAtZero());
    String before = TinyTraining.digest(tiny.student.full().tensors());
    try (Trainer trainer = tiny.trainer()) {
      StepReport report = trainer.step();
      assertThat(report.loss()).isZero();
      assertThat(report.gradientNorm()).isNotFinite();
      assertThat(report.skipped()).isTrue();
      assertThat(TinyTraining.digest(trainer.state().weights())).isEqualTo(before);
    }
  }

  @Test
  void aTeacherThatGivesNoNumbersTeachesNothing() {
    Weights weights = InitialWeights.random(TinyTraining.NET, tiny.stage().streams(), manager);
    weights.get("classifier.weight").muli(Float.NaN);
    tiny.teacher = new FrozenTeacher(Network.of(TinyTraining.NET, new EagerKernels()), weights);
    tiny.objectives = TinyTraining.terms(new LogitKd(1));
    String before = TinyTraining.digest(tiny.student.full().tensors());
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.step().skipped()).isTrue();
      assertThat(TinyTraining.digest(trainer.state().weights())).isEqualTo(before);
    }
  }

  @Test
  void poisonedWeightsStopTheTraining() {
    tiny.student.full().get("bert.embeddings.LayerNorm.weight").muli(Float.POSITIVE_INFINITY);
    try (Trainer trainer = tiny.trainer()) {
      assertThatThrownBy(() -> trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("in 3 steps in a row, up to step 3");
    }
  }

  /** The root of 0: finite, with an infinite slope. */
  private record SteepAtZero() implements Objective {
    @Override
    public String name() {
      return "steep";
    }

    @Override
    public Needs needs(Architecture student, Architecture teacher) {
      return new Needs(true, false, false, ImmutableSet.of(), ImmutableSet.of());
    }

    @Override
    public NDArray loss(LossInputs inputs) {
      NDArray logits = inputs.student().requireLogits();
      return logits.sub(logits.stopGradient()).sqrt().sum();
    }
  }
}
