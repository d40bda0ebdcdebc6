package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImportanceSlicingTest {
  private static final String BERT = "bert:layers=3,hidden=16,heads=4/3/4,ratio=2,head-size=4,"
      + "vocabulary=30,positions=10,classes=3";

  private final NDManager manager = NDManager.newBaseManager();
  private final Slicing slicing = Slicing.named("importance");

  @AfterEach
  void close() {
    manager.close();
  }

  private Batch batch(Architecture architecture) {
    return architecture.family().name().equals("bert")
        ? Samples.batch(architecture, manager, 5, 7, 4)
        : ToyImages.batch(manager, 5, 4, architecture.integer("resolution"));
  }

  private float[] logits(Weights weights) {
    Architecture architecture = weights.architecture();
    return Network.of(architecture, new EagerKernels())
        .forward(weights, batch(architecture), Request.LOGITS)
        .requireLogits()
        .toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BERT,
        BERT + ",pooling=mean",
        BERT + ",intermediate=20/31/12",
        "toy:layers=3,width=8,inner=6/10/12",
        "resnet:depth=2/2,width=6/10,inner=1/2",
        "resnet:depth=2/2,width=6/10,stem-width=4",
        "resnet:depth=1/2,width=3/4,block=bottleneck,expansion=2",
        "resnet:depth=2/1,width=6/11,shortcut=padding",
        "vgg:depth=1/2,width=6/8",
        "vgg:depth=1/2,width=6/8,head-side=2,head-width=12",
        "wrn:depth=1/2,width=6/8",
        "resnet-segmentation:depth=2/1,width=6/8,resolution=8,decoder=5",
        "super-resolution:layers=2,width=5,expand=1/2,resolution=5,scale=3"
      })
  void theSortedNetworkIsTheSameFunction(String text) {
    Architecture architecture =
        Architecture.parse(text.contains("intermediate") ? text.replace("ratio=2,", "") : text);
    Weights weights = Samples.weights(architecture, manager, 2);
    Weights sorted = slicing.prepared(weights, manager);
    float[] before = logits(weights);
    assertThat(logits(sorted)).containsExactly(before, within(1e-5f * (1 + largest(before))));
    assertThat(sorted.tensors().values().asList().get(0))
        .isNotSameAs(weights.tensors().values().asList().get(0));
    assertThat(sorted.tensors().entrySet())
        .anyMatch(each -> !Arrays.equals(
            each.getValue().toFloatArray(), weights.get(each.getKey()).toFloatArray()));
    // What has been sorted stays when it is sorted again.
    Weights again = slicing.prepared(sorted, manager);
    again.tensors().forEach((name, tensor) -> assertThat(tensor.toFloatArray())
        .as(name)
        .isEqualTo(sorted.get(name).toFloatArray()));
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float each : values) {
      largest = Math.max(largest, Math.abs(each));
    }
    return largest;
  }

  @Test
  void planesOfABlockStandByTheNormOfWhatWritesThem() {
    Architecture toy = Architecture.parse("toy:layers=1,width=4,inner=6");
    Weights sorted = slicing.prepared(Samples.weights(toy, manager, 2), manager);
    assertDescending(norms(sorted, toy, 6, "block.0.up.weight", "block.0.deep.weight"));
    assertDescending(norms(sorted, toy, 4, "stem.conv.weight", "block.0.down.weight"));
  }

  @Test
  void headsStandByTheNormOfAllThatWritesThem() {
    Architecture bert = Architecture.parse(BERT);
    Weights sorted = slicing.prepared(Samples.weights(bert, manager, 2), manager);
    for (int layer = 0; layer < 3; layer++) {
      String prefix = "bert.encoder.layer." + layer + ".";
      String self = prefix + "attention.self.";
      assertDescending(norms(
          sorted,
          bert,
          bert.integer("heads", layer),
          self + "query.weight",
          self + "key.weight",
          self + "value.weight"));
      assertDescending(norms(sorted, bert, 32, prefix + "intermediate.dense.weight"));
    }
  }

  /** The L1 norms of what writes each of so many units, by the blueprint's first axis. */
  private static double[] norms(Weights weights, Architecture of, int units, String... names) {
    double[] norms = new double[units];
    for (String name : names) {
      TensorSpec spec = Objects.requireNonNull(of.blueprint().byName().get(name), name);
      float[] values = weights.get(name).toFloatArray();
      int each = (int) spec.count() / units;
      for (int i = 0; i < values.length; i++) {
        norms[i / each] += Math.abs(values[i]);
      }
    }
    return norms;
  }

  private static void assertDescending(double[] norms) {
    for (int i = 1; i < norms.length; i++) {
      assertThat(norms[i]).isLessThanOrEqualTo(norms[i - 1]);
    }
  }

  @Test
  void leadingSlicesOfTheSortedAreTheMostImportantPlanes() {
    Architecture full = Architecture.parse("toy:layers=1,width=4,inner=6");
    Architecture sub = Architecture.parse("toy:layers=1,width=4,inner=3");
    Weights weights = Samples.weights(full, manager, 2);
    SharedWeights shared = new SharedWeights(slicing.prepared(weights, manager), slicing);
    double kept = sum(
        norms(shared.extract(sub, manager), sub, 3, "block.0.up.weight", "block.0.deep.weight"));
    double plain = sum(norms(
        new SharedWeights(weights, new LeadingSlicing()).extract(sub, manager),
        sub,
        3,
        "block.0.up.weight",
        "block.0.deep.weight"));
    assertThat(kept).isGreaterThan(plain);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double each : values) {
      sum += each;
    }
    return sum;
  }

  @Test
  void strategiesHaveNamesAndLeadingPreparesNothing() {
    assertThat(slicing.name()).isEqualTo("importance");
    Architecture toy = Architecture.parse("toy:layers=1,width=4,inner=6");
    Weights weights = Samples.weights(toy, manager, 2);
    assertThat(Slicing.named("leading").prepared(weights, manager)).isSameAs(weights);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slicing.named("middle"))
        .withMessage("No slicing (middle); there are leading and importance");
    TensorSpec spec = TensorSpec.of("t", TensorSpec.Role.BIAS, Axis.of("a", 4));
    TensorSpec small = TensorSpec.of("t", TensorSpec.Role.BIAS, Axis.of("b", 2));
    NDArray cut = slicing.cut(spec, small).of(manager.arange(4f), manager);
    assertThat(cut.toFloatArray()).containsExactly(0, 1);
  }
}
