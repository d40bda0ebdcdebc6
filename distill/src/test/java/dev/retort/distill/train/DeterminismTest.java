package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes again: alone, beside another training, stopped and resumed. */
class DeterminismTest {
  private static TinyTraining full(NDManager manager, long seed) {
    TinyTraining tiny = TinyTraining.everything(manager);
    tiny.seed = seed;
    tiny.steps = 8;
    tiny.accumulate = 2;
    return tiny;
  }

  private static String train(long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return full(manager, seed).train();
    }
  }

  @Test
  void aSeedGivesItsBytesAloneAndBesideAnotherTraining() throws Exception {
    String one = train(1);
    String two = train(2);
    assertThat(train(1)).isEqualTo(one);
    assertThat(two).isNotEqualTo(one);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> first = threads.submit(() -> train(1));
      Future<String> second = threads.submit(() -> train(2));
      assertThat(first.get()).isEqualTo(one);
      assertThat(second.get()).isEqualTo(two);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aTrainingThatWasStoppedEndsWithTheSameBytes(@TempDir Path folder) {
    try (NDManager manager = NDManager.newBaseManager()) {
      String weights;
      String optimizer;
      try (Trainer trainer = full(manager, 1).trainer()) {
        trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
        weights = TinyTraining.digest(trainer.state().weights());
        optimizer = TinyTraining.digest(trainer.state().optimizer());
      }
      FolderCheckpoints checkpoints = new FolderCheckpoints(folder, 1, 0, "tiny", message -> {});
      for (long stop : new long[] {3, 6}) {
        try (Trainer trainer = full(manager, 1).trainer()) {
          trainer.resume(checkpoints);
          assertThat(trainer.run(
                  checkpoints, TrainingListener.NONE, () -> trainer.state().step() == stop))
              .isFalse();
        }
      }
      TinyTraining resumed = full(manager, 1);
      // Other weights, and an alias of one, to see that they are overwritten where they lie.
      resumed.student = resumed.shared(12345);
      NDArray alias = resumed.student.full().get("classifier.weight").stopGradient();
      try (Trainer trainer = resumed.trainer()) {
        assertThat(trainer.resume(checkpoints)).isEqualTo(6);
        assertThat(alias.toFloatArray())
            .isEqualTo(resumed.student.full().get("classifier.weight").toFloatArray());
        assertThat(trainer.run(checkpoints, TrainingListener.NONE, () -> false)).isTrue();
        assertThat(TinyTraining.digest(trainer.state().weights())).isEqualTo(weights);
        assertThat(TinyTraining.digest(trainer.state().optimizer())).isEqualTo(optimizer);
      }
      // A finished stage is finished.
      try (Trainer trainer = full(manager, 1).trainer()) {
        assertThat(trainer.resume(checkpoints)).isEqualTo(8);
        assertThat(trainer.run(
                checkpoints,
                report -> {
                  throw new AssertionError(report);
                },
                () -> false))
            .isTrue();
        assertThat(TinyTraining.digest(trainer.state().weights())).isEqualTo(weights);
      }
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefusedAndChangesNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyTraining tiny = new TinyTraining(manager);
      Map<String, NDArray> other = new HashMap<>();
      tiny.shared(3).full().tensors().forEach(other::put);
      other.put("classifier.bias", manager.zeros(new Shape(4)));
      TrainingState state = new TrainingState(1, 0, ImmutableMap.copyOf(other), ImmutableMap.of());
      Checkpoints wrong = new Checkpoints() {
        @Override
        public Optional<TrainingState> latest(NDManager owner) {
          return Optional.of(state);
        }

        @Override
        public void save(TrainingState saved) {}
      };
      String before = TinyTraining.digest(tiny.student.full().tensors());
      try (Trainer trainer = tiny.trainer()) {
        assertThatThrownBy(() -> trainer.resume(wrong))
            .isInstanceOf(UserException.class)
            .hasMessage("The checkpoint of tiny has no tensor classifier.bias of shape (3); it"
                + " belongs to another run: give another output folder");
        assertThat(TinyTraining.digest(tiny.student.full().tensors())).isEqualTo(before);
      }
    }
  }
}
