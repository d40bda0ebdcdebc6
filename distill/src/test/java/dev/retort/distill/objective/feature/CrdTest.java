package dev.retort.distill.objective.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.FeatureObjective.Features;
import dev.retort.distill.objective.FeatureObjective.Widths;
import dev.retort.distill.objective.Gradients;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.kernel.Autograd;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CrdTest {
  private static final int EXAMPLES = 12;
  private static final int[] OWN = {3, 7, 0};

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Crd crd(Crd.Negatives draw) {
    return new Crd(Attachment.LAST, EXAMPLES, 5, draw, 4, 0.07, 0.5, Vectors.Tokens.MEAN, 1);
  }

  private ImmutableMap<String, NDArray> tensors(Crd crd) {
    return InitialWeights.tensors(
        crd.tensors(new Widths(6, 8, false, 1)), new RandomStreams(2), manager);
  }

  private Features features(ImmutableMap<String, NDArray> tensors, int[] own, double scale) {
    NDArray student = Gradients.floats(
        Gradients.normal(manager, Gradients.stream("crd", 95), scale, own.length, 6));
    NDArray teacher = Gradients.floats(
            Gradients.normal(manager, Gradients.stream("crd", 96), 1, own.length, 8))
        .stopGradient();
    long[] labels = new long[own.length];
    for (int i = 0; i < own.length; i++) {
      labels[i] = own[i] % 3;
    }
    ImageBatch batch =
        new ImageBatch(manager.zeros(new Shape(own.length, 1, 1, 1)), manager.create(labels), own);
    return new Features(student, teacher, null, ImmutableList.of(teacher), batch, tensors);
  }

  private static NDArray tensor(Map<String, NDArray> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  @Test
  void memoriesBeginAsTheAuthorsDo() {
    ImmutableMap<String, NDArray> tensors = InitialWeights.tensors(
        new Crd(500, 3).tensors(new Widths(6, 8, false, 1)), new RandomStreams(2), manager);
    float most = (float) Math.sqrt(3.0 / 128);
    for (String side : List.of("student", "teacher")) {
      NDArray memory = tensor(tensors, "memory." + side);
      assertThat(memory.getShape()).isEqualTo(new Shape(500, 128));
      assertThat(memory.max().getFloat()).isBetween(0.99f * most, most);
      assertThat(memory.min().getFloat()).isBetween(-most, -0.99f * most);
      assertThat(memory.square().mean().getFloat()).isCloseTo(1 / 128f, within(1e-4f));
      assertThat(tensor(tensors, "scale." + side).toFloatArray()).containsExactly(0);
    }
    assertThat(new Crd(500, 3).tensors(new Widths(6, 8, false, 1)))
        .filteredOn(each -> !each.role().trained())
        .extracting(TensorSpec::name)
        .containsExactly(
            "memory.student",
            "scale.student",
            "memory.teacher",
            "scale.teacher",
            "draws",
            "memory.labels");
  }

  @Test
  void aRecordedLossWritesTheRowsOfItsExamplesAndItsScale() {
    Crd crd = crd(Crd.Negatives.OTHER_CLASSES);
    ImmutableMap<String, NDArray> tensors = tensors(crd);
    Features features = features(tensors, OWN, 1);
    float[] before = tensor(tensors, "memory.student").toFloatArray();
    NDArray loss = Gradients.recorded(() -> crd.loss(features));
    // Writing comes before the backward pass, which must not read what was written.
    Autograd.backward(loss);
    Gradients.assertFinite(features.student());
    assertThat(loss.getFloat()).isFinite();
    NDArray after = tensor(tensors, "memory.student");
    for (int row = 0; row < EXAMPLES; row++) {
      float[] now = after.get(row).toFloatArray();
      boolean written = row == 3 || row == 7 || row == 0;
      for (int i = 0; i < 4; i++) {
        assertThat(now[i] != before[row * 4 + i]).as("row %d", row).isEqualTo(written);
      }
      if (written) {
        assertThat(after.get(row).square().sum().getFloat()).isCloseTo(1, within(1e-5f));
      }
    }
    assertThat(tensor(tensors, "draws").toFloatArray()).containsExactly(1);
    assertThat(tensor(tensors, "memory.labels").toFloatArray())
        .containsExactly(1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0);
    float scale = tensor(tensors, "scale.student").toFloatArray()[0];
    assertThat(scale).isPositive();
    Gradients.recorded(() -> crd.loss(features));
    assertThat(tensor(tensors, "scale.student").toFloatArray()).containsExactly(scale);
  }

  @Test
  void scoringWritesNothing() {
    Crd crd = crd(Crd.Negatives.ANY);
    ImmutableMap<String, NDArray> tensors = tensors(crd);
    Features features = features(tensors, OWN, 1);
    float[] before = tensor(tensors, "memory.teacher").toFloatArray();
    try (Autograd off = Autograd.off()) {
      double one = crd.loss(features).getFloat();
      assertThat(crd.loss(features).getFloat()).isEqualTo((float) one);
    }
    assertThat(tensor(tensors, "memory.teacher").toFloatArray()).isEqualTo(before);
    assertThat(tensor(tensors, "draws").toFloatArray()).containsExactly(0);
    assertThat(tensor(tensors, "scale.teacher").toFloatArray()).containsExactly(0);
  }

  @Test
  void whatIsNotFiniteIsNotRemembered() {
    Crd crd = crd(Crd.Negatives.ANY);
    ImmutableMap<String, NDArray> tensors = tensors(crd);
    Features features = features(tensors, OWN, Double.POSITIVE_INFINITY);
    float[] before = tensor(tensors, "memory.student").toFloatArray();
    Gradients.recorded(() -> crd.loss(features));
    assertThat(tensor(tensors, "memory.student").toFloatArray()).isEqualTo(before);
    assertThat(tensor(tensors, "scale.student").toFloatArray()).containsExactly(0);
  }

  @Test
  void largeFeaturesOneExampleAndNoneAreFine() {
    Crd crd = crd(Crd.Negatives.OTHER_CLASSES);
    for (int[] own : new int[][] {OWN, {4}, {}}) {
      ImmutableMap<String, NDArray> tensors = tensors(crd);
      Features features = features(tensors, own, 1e4);
      NDArray loss = Gradients.recorded(() -> crd.loss(features));
      Autograd.backward(loss);
      assertThat(loss.getFloat()).isFinite();
      Gradients.assertFinite(features.student());
      assertThat(loss.getFloat() == 0).isEqualTo(own.length == 0);
    }
  }

  @Test
  void negativesAreOfOtherClassesAndAFunctionOfTheDraw() {
    Crd crd = new Crd(
        Attachment.LAST,
        EXAMPLES,
        200,
        Crd.Negatives.OTHER_CLASSES,
        4,
        0.07,
        0.5,
        Vectors.Tokens.MEAN,
        1);
    float[] seen = {1, 2, 3, 1, 2, 3, 1, 2, 3, 0, 0, 0};
    int[] own = {0, 9};
    long[] first = new ContrastDraw(crd, 0, seen).next(manager, own).toLongArray();
    assertThat(new ContrastDraw(crd, 0, seen).next(manager, own).toLongArray()).isEqualTo(first);
    assertThat(new ContrastDraw(crd, 1, seen).next(manager, own).toLongArray()).isNotEqualTo(first);
    assertThat(first[0]).isZero();
    assertThat(first[201]).isEqualTo(9);
    for (int i = 1; i <= 200; i++) {
      assertThat(first[i]).isNotIn(0L, 3L, 6L).isBetween(0L, 11L);
      assertThat(first[201 + i]).isNotEqualTo(9L);
    }
    ContrastDraw any = new ContrastDraw(crd, 0, new float[0]);
    assertThat(any.next(manager, new int[] {0}).toLongArray()).contains(0L, 3L, 11L);
  }

  @Test
  void examplesBeyondTheMemoryAreRefused() {
    Crd crd = crd(Crd.Negatives.ANY);
    Features features = features(tensors(crd), new int[] {EXAMPLES}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> crd.loss(features))
        .withMessageContaining("(12)")
        .withMessageContaining("examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Crd(1, 1))
        .withMessageContaining("(1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> crd.loss(manager.zeros(new Shape(2, 1)), 1))
        .withMessageContaining("(2, 1)");
  }

  @Test
  void scoresHaveTheGradientOfCentralDifferences() {
    Crd crd = crd(Crd.Negatives.ANY);
    NDArray scores = Gradients.normal(manager, Gradients.stream("crd", 97), 3, 2, 4);
    Gradients.check(List.of(scores), in -> crd.loss(in.get(0), 20));
  }
}
