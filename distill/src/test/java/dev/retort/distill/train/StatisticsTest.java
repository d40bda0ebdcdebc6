package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Recalibration;
import dev.retort.supernet.Request;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training does to the statistics of batch normalisations. */
final class StatisticsTest {
  private static final Request BY_BATCH =
      new Request(true, ImmutableSet.of(), Dropout.NONE, Normalization.BATCH);
  private static final OptimizerOptions STILL = new OptimizerOptions(
      OptimizerOptions.Name.SGD, 1e-30, 0, 0, 1e-8, 0, 0, 0, 0, OptimizerOptions.Decay.CONSTANT);

  private final NDManager manager = NDManager.newBaseManager();
  private final TinyImages tiny = new TinyImages(manager);

  private final Path folder;

  StatisticsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static boolean isStatistic(String name) {
    return name.contains("running");
  }

  private Map<String, float[]> statistics() {
    Map<String, float[]> statistics = new LinkedHashMap<>();
    tiny.student.full().tensors().forEach((name, tensor) -> {
      if (isStatistic(name)) {
        statistics.put(name, tensor.toFloatArray());
      }
    });
    return statistics;
  }

  /** Torch's rule, nine tenths of what was and a tenth of the batch, over some batches in turn. */
  private Map<String, float[]> followed(int batches) {
    Map<String, float[]> running = statistics();
    Network network = Network.of(TinyImages.NET, new EagerKernels());
    for (int number = 0; number < batches; number++) {
      try (NDManager scope = manager.newSubManager();
          Autograd off = Autograd.off()) {
        Batch batch = tiny.batches.batch(number, scope);
        network.forward(tiny.student.full(), batch, BY_BATCH).statistics().forEach((name, own) -> {
          float[] kept = Objects.requireNonNull(running.get(name), name);
          float[] measured = own.toFloatArray();
          for (int i = 0; i < kept.length; i++) {
            kept[i] = 0.9f * kept[i] + 0.1f * measured[i];
          }
        });
      }
    }
    return running;
  }

  private static void assertClose(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    expected.forEach((name, values) ->
        assertThat(found.get(name)).as(name).containsExactly(values, within(1e-5f)));
  }

  @Test
  void runningStatisticsFollowTheBatchesAsTorchHasThem() {
    // With weights that stand still, what each step measures is known beforehand.
    tiny.optimizer = STILL;
    Map<String, float[]> expected = followed(4);
    try (Trainer trainer = tiny.trainer()) {
      for (int step = 0; step < 4; step++) {
        trainer.step();
      }
    }
    assertClose(statistics(), expected);
  }

  @Test
  void everyBatchOfAnAccumulatedStepCounts() {
    tiny.optimizer = STILL;
    tiny.accumulate = 3;
    Map<String, float[]> expected = followed(6);
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      trainer.step();
    }
    assertClose(statistics(), expected);
  }

  @Test
  void aPassOfASubNetworkMovesNone() {
    tiny.sampler = ArchitectureSampler.fixed(TinyImages.SUB);
    Map<String, float[]> before = statistics();
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      trainer.step();
    }
    before.forEach((name, values) -> assertThat(statistics().get(name)).as(name).isEqualTo(values));
  }

  @Test
  void aStepThatIsSkippedMovesNone() {
    BatchSource whole = tiny.batches;
    tiny.batches = (number, owner) -> {
      ImageBatch batch = (ImageBatch) whole.batch(number, owner);
      NDArray broken = batch.pixels().mul(Float.NaN);
      return new ImageBatch(broken, batch.labels(), batch.indices());
    };
    Map<String, float[]> before = statistics();
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.step().skipped()).isTrue();
    }
    before.forEach((name, values) -> assertThat(statistics().get(name)).as(name).isEqualTo(values));
  }

  @Test
  void theyAreKeptWithTheWeightsAndNotTrained() {
    tiny.steps = 3;
    Checkpoints checkpoints = new FolderCheckpoints(folder, 1, 0, "images", warning -> {});
    long counted;
    try (Trainer trainer = tiny.trainer()) {
      trainer.run(checkpoints, TrainingListener.NONE, () -> false);
      assertThat(trainer.state().optimizer().keySet()).noneMatch(StatisticsTest::isStatistic);
      counted = trainer.state().weights().entrySet().stream()
          .filter(each -> !isStatistic(each.getKey()))
          .mapToLong(each -> each.getValue().size())
          .sum();
    }
    assertThat(TinyImages.NET.blueprint().parameters()).isEqualTo(counted);
    assertThat(TinyImages.NET.blueprint().tensors().stream()
            .filter(each -> !each.role().trained())
            .map(TensorSpec::name))
        .isNotEmpty()
        .allMatch(StatisticsTest::isStatistic);

    Map<String, float[]> trained = statistics();
    TinyImages other = new TinyImages(manager);
    other.steps = 3;
    try (Trainer trainer = other.trainer()) {
      assertThat(trainer.resume(checkpoints)).isEqualTo(3);
    }
    trained.forEach((name, values) ->
        assertThat(other.student.full().get(name).toFloatArray()).as(name).isEqualTo(values));
  }

  /** The rule of supernets: what happens to a sub-network without statistics of its own. */
  @Test
  void aSubNetworkIsLostWithoutStatisticsOfItsOwn() {
    tiny.steps = 80;
    tiny.sampler = (streams, step) -> ImmutableList.of(TinyImages.NET, TinyImages.SUB);
    try (Trainer trainer = tiny.trainer()) {
      trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
    }
    SharedWeights shared = tiny.student;
    Weights student = shared.extract(TinyImages.SUB, manager);
    Network network = Network.of(TinyImages.SUB, new EagerKernels());
    Recalibration recalibration =
        new Recalibration(8, (number, owner) -> TinyImages.batch(number, 16, owner));
    double sliced = accuracy(network, student);
    double own = accuracy(network, recalibration.of(network, student, manager));
    double full = accuracy(Network.of(TinyImages.NET, new EagerKernels()), shared.full());
    assertThat(full).isGreaterThan(0.9);
    assertThat(own).isGreaterThan(0.9);
    assertThat(sliced).isLessThan(own - 0.2);
  }

  private double accuracy(Network network, Weights weights) {
    try (NDManager scope = manager.newSubManager();
        Autograd off = Autograd.off()) {
      ImageBatch batch = TinyImages.batch(1000, 200, scope);
      long[] found = network
          .forward(weights, batch, Request.LOGITS)
          .requireLogits()
          .argMax(1)
          .toLongArray();
      long[] labels = batch.labels().toLongArray();
      int right = 0;
      for (int i = 0; i < labels.length; i++) {
        right += found[i] == labels[i] ? 1 : 0;
      }
      return (double) right / labels.length;
    }
  }
}
