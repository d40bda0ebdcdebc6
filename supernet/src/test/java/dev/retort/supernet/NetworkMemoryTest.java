package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Training leaves nothing behind from step to step. */
final class NetworkMemoryTest {
  private static final String SIZES = ",head-size=16,vocabulary=200,positions=32,classes=2";
  private static final Architecture FULL =
      Architecture.parse("bert:layers=2,hidden=64,heads=3,ratio=2" + SIZES);
  private static final List<Architecture> SUBS = List.of(
      FULL,
      Architecture.parse("bert:layers=1,hidden=48,heads=2,ratio=2" + SIZES),
      Architecture.parse(
          "bert:layers=2,hidden=32,heads=2,ratio=2" + SIZES.replace("size=16", "size=8")));
  private static final int WARM = 100;
  private static final int STEPS = 300;

  /** One step's activations are some 1 MiB, so a leak of them would be some 200 MiB. */
  private static final long MOST_GROWTH = 64L << 20;

  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void threeHundredStepsLeaveNoArrayBehind() throws IOException {
    List<Kernels> kernels =
        List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16());
    try (NDManager manager = NDManager.newBaseManager()) {
      SharedWeights shared =
          new SharedWeights(Samples.weights(FULL, manager, 1), new LeadingSlicing());
      TextBatch batch = Samples.batch(FULL, manager, 1, 32, 20, 9, 4);
      int arrays = manager.getManagedArrays().size();
      long before = 0;
      for (int step = 0; step < STEPS; step++) {
        if (step == WARM) {
          before = resident();
        }
        step(kernels.get(step % 3), shared, SUBS.get(step / 3 % 3), batch, manager, step);
        assertThat(manager.getManagedArrays()).hasSize(arrays);
      }
      assertThat(resident() - before).isLessThan(MOST_GROWTH);
    }
  }

  private static void step(
      Kernels kernels,
      SharedWeights shared,
      Architecture sub,
      TextBatch batch,
      NDManager manager,
      int step) {
    try (NDManager scope = manager.newSubManager();
        Autograd recording = Autograd.recording()) {
      ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
      shared
          .full()
          .tensors()
          .forEach((name, value) -> leaves.put(name, Autograd.leaf(value, scope)));
      ImmutableMap<String, NDArray> tensors = leaves.buildOrThrow();
      TextBatch own = new TextBatch(
          copy(batch.ids(), scope),
          copy(batch.types(), scope),
          copy(batch.mask(), scope),
          copy(batch.labels(), scope),
          batch.indices());
      Outputs outputs = Network.of(sub, kernels)
          .forward(
              shared.over(tensors).view(sub, scope),
              own,
              new Request(
                  true,
                  ImmutableSet.of(Tap.query(0), Tap.attention(0)),
                  Dropout.seeded(0.1, new RandomStreams(1), step)));
      NDArray loss =
          outputs.requireLogits().sum().add(outputs.tap(Tap.attention(0)).sum());
      Autograd.backward(loss);
      assertThat(tensors.values().stream().map(Autograd::gradient)).anyMatch(each -> each != null);
    }
  }

  private static NDArray copy(NDArray array, NDManager scope) {
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  /** Resident memory of this process in bytes, after a collection; 0 where nothing says so. */
  private static long resident() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    System.gc();
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .sum();
    }
  }
}
