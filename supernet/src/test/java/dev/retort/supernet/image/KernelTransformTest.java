package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import dev.retort.supernet.ImportanceSlicing;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kernels that matrices make of larger ones, as Once for All has them. */
final class KernelTransformTest {
  private static final String LAYER = "features.2.block.1.0.";
  private static final Architecture FULL =
      Architecture.parse("mobilenet-v3:stages=1,depth=2,width=8,stem=4,first=4,last=8,features=8,"
          + "expansion=4,kernel=7,stride=2,squeeze=0,swish=1,divisor=4,least-width=4,classes=3,"
          + "kernel-transform=matrices,resolution=32");
  private static final Architecture SMALL = FULL.with("kernel-transform", Value.of("none"))
      .with("kernel", Value.of(3))
      .with("expansion", Value.of(2));

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theSuperNetHasAMatrixForEachStepAndTheStudentNone() {
    assertThat(FULL.blueprint().tensors().stream()
            .filter(tensor -> tensor.role() == TensorSpec.Role.TRANSFORM)
            .map(TensorSpec::name))
        .containsExactly(
            "features.2.block.1.0.7to5_matrix",
            "features.2.block.1.0.5to3_matrix",
            "features.3.block.1.0.7to5_matrix",
            "features.3.block.1.0.5to3_matrix");
    assertThat(SMALL.blueprint().tensors())
        .noneMatch(tensor -> tensor.role() == TensorSpec.Role.TRANSFORM);
  }

  @Test
  void smallerKernelsAreMiddlesTimesMatrices() {
    Weights weights = ResNetSamples.weights(FULL, manager, 5, DataType.FLOAT32);
    float[] made = new SharedWeights(weights, new LeadingSlicing())
        .view(SMALL, manager)
        .get(LAYER + "weight")
        .toFloatArray();
    float[] large = weights.get(LAYER + "weight").toFloatArray();
    float[] seven = weights.get(LAYER + "7to5_matrix").toFloatArray();
    float[] five = weights.get(LAYER + "5to3_matrix").toFloatArray();
    int planes = made.length / 9;
    assertThat(planes).isEqualTo(8);
    for (int plane = 0; plane < planes; plane++) {
      double[] whole = new double[49];
      for (int i = 0; i < 49; i++) {
        whole[i] = large[plane * 49 + i];
      }
      double[] expected = step(step(whole, 7, seven), 5, five);
      for (int i = 0; i < 9; i++) {
        assertThat((double) made[plane * 9 + i]).isCloseTo(expected[i], Offset.offset(1e-5));
      }
    }
  }

  /** The middle of a window of so many pixels a side, times a matrix [out, in]. */
  private static double[] step(double[] window, int side, float[] matrix) {
    int to = side - 2;
    double[] made = new double[to * to];
    for (int out = 0; out < made.length; out++) {
      for (int in = 0; in < made.length; in++) {
        int pixel = (in / to + 1) * side + in % to + 1;
        made[out] += matrix[out * made.length + in] * window[pixel];
      }
    }
    return made;
  }

  @Test
  void matricesBeginAsTheIdentitySoThatKernelsBeginAsMiddles() {
    Weights weights = InitialWeights.random(FULL, new RandomStreams(3), manager);
    NDArray made =
        new SharedWeights(weights, new LeadingSlicing()).view(SMALL, manager).get(LAYER + "weight");
    assertThat(made.toFloatArray())
        .isEqualTo(weights.get(LAYER + "weight").get(":8, :, 2:5, 2:5").toFloatArray());
  }

  @Test
  void aSuperNetCutFromANetworkWithoutMatricesBeginsWithTheIdentity() {
    Architecture teacher = FULL.with("kernel-transform", Value.of("none"));
    Weights weights = InitialWeights.random(teacher, new RandomStreams(3), manager);
    Weights cut = new SharedWeights(weights, new LeadingSlicing()).extract(FULL, manager);
    assertThat(cut.get(LAYER + "7to5_matrix").toFloatArray())
        .isEqualTo(manager.eye(25).toFloatArray());
    assertThat(new SharedWeights(cut, new LeadingSlicing())
            .view(SMALL, manager)
            .get(LAYER + "weight")
            .toFloatArray())
        .isEqualTo(new SharedWeights(weights, new LeadingSlicing())
            .view(SMALL, manager)
            .get(LAYER + "weight")
            .toFloatArray());
  }

  @Test
  void sortedPlanesAreTransformedAlike() {
    Weights sorted = ImportanceSlicing.sorted(
        ResNetSamples.weights(FULL, manager, 5, DataType.FLOAT32), manager);
    float[] made = new SharedWeights(sorted, new ImportanceSlicing())
        .view(SMALL, manager)
        .get(LAYER + "weight")
        .toFloatArray();
    assertThat(made)
        .isEqualTo(new SharedWeights(sorted, new LeadingSlicing())
            .view(SMALL, manager)
            .get(LAYER + "weight")
            .toFloatArray());
  }
}
