package dev.retort.benchmark.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time of a student's step with plain cross-entropy, forward and backward: BERT, 6 layers, 384
 * wide, B = 32, S = 128. Neither teacher nor optimiser are in it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StepTime {
  private static final Architecture STUDENT =
      Material.TWO.student().with("vocabulary", Value.of(30522));

  private @Nullable NDManager manager;
  private @Nullable Weights weights;
  private @Nullable Batch batch;

  /** Makes the student and its batch. */
  @Setup(Level.Trial)
  public void prepare() {
    NDManager owner = NDManager.newBaseManager();
    manager = owner;
    weights = InitialWeights.random(STUDENT, new RandomStreams(1), owner);
    batch = Material.TWO.batch(owner);
  }

  /** What is timed. */
  @Benchmark
  public float step(CpuTime cpu) {
    cpu.called();
    Weights full = Objects.requireNonNull(weights, "prepared");
    Batch texts = Objects.requireNonNull(batch, "prepared");
    NDManager owner = Objects.requireNonNull(manager, "prepared");
    try (NDManager scope = owner.newSubManager();
        NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      ImmutableMap<String, NDArray> leaves = full.tensors().entrySet().stream()
          .collect(ImmutableMap.toImmutableMap(
              Map.Entry::getKey, each -> Autograd.leaf(each.getValue(), scope)));
      NDArray logits = Network.of(full.architecture(), new EagerKernels())
          .forward(Weights.of(full.architecture(), leaves), texts, Request.LOGITS)
          .requireLogits();
      NDArray loss = new CrossEntropy().loss(logits, null, texts.labels());
      Autograd.backward(loss);
      return loss.getFloat();
    }
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(manager, "prepared").close();
  }
}
