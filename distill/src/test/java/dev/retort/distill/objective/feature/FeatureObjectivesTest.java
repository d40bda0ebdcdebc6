package dev.retort.distill.objective.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the loss of every pair of features. */
final class FeatureObjectivesTest {
  private static final int BATCH = 3;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A loss of two features and a mask. */
  private interface Loss {
    NDArray of(NDArray student, NDArray teacher, @Nullable NDArray mask);
  }

  /** One of them with its name. */
  private record Named(String name, Loss loss, boolean vectors) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Named> all() {
    return Stream.of(
        new Named("hidden-state", new HiddenState(false)::loss, true),
        new Named("hidden-cross-entropy", new HiddenCrossEntropy(false)::loss, true),
        new Named("cosine", new HiddenCosine(false)::loss, true),
        new Named("pkd", (s, t, mask) -> new Pkd(false).loss(s, t), true),
        new Named("fitnets", new FitNets()::loss, true),
        new Named("at", new SpatialAttention()::loss, false),
        new Named("at", new SpatialAttention(Attachment.LAST, 3)::loss, false),
        new Named("rkd", new Rkd()::loss, true),
        new Named("rkd", new Rkd(Attachment.LAST, 1, 2, Vectors.Tokens.FIRST)::loss, true),
        new Named("rfkd", new Rfkd()::features, true));
  }

  private NDArray mask() {
    return manager.create(new float[] {1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0}, new Shape(BATCH, 4));
  }

  private static final List<long[]> SHAPES =
      List.of(new long[] {BATCH, 4, 5}, new long[] {BATCH, 5, 2, 3}, new long[] {BATCH, 5});

  @ParameterizedTest
  @MethodSource("all")
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(Named each) {
    RandomGenerator random = Gradients.stream(each.name(), 61);
    for (long[] shape : SHAPES) {
      if (shape.length == 2 && !each.vectors()) {
        continue;
      }
      NDArray student = Gradients.normal(manager, random, 1, shape);
      NDArray teacher = Gradients.normal(manager, random, 1, shape);
      NDArray mask = shape.length == 3 ? mask() : null;
      Gradients.check(List.of(student), in -> each.loss().of(in.get(0), teacher, mask));
      Gradients.assertNone(teacher);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void featuresOfZeroAndOfTenThousandStayFinite(Named each) {
    RandomGenerator random = Gradients.stream(each.name(), 62);
    for (double scale : new double[] {0, 1e4}) {
      NDArray student = Gradients.floats(Gradients.normal(manager, random, scale, BATCH, 4, 5));
      NDArray teacher = Gradients.floats(Gradients.normal(manager, random, scale, BATCH, 4, 5));
      double loss =
          Gradients.backward(List.of(student), in -> each.loss().of(in.get(0), teacher, mask()));
      assertThat(loss).isFinite();
      Gradients.assertFinite(student);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anEmptyBatchAndPaddingAloneGiveZero(Named each) {
    NDArray none = manager.create(new Shape(0, 4, 5));
    none.setRequiresGradient(true);
    NDArray nothing = manager.create(new Shape(0, 4));
    assertThat(Gradients.backward(
            List.of(none), in -> each.loss().of(in.get(0), none.stopGradient(), nothing)))
        .isZero();
    if (each.name().equals("pkd") || each.name().equals("rkd")) {
      // The first token is read whatever the mask says; relations are of zeros then.
      return;
    }
    RandomGenerator random = Gradients.stream(each.name(), 63);
    NDArray student = Gradients.floats(Gradients.normal(manager, random, 1, 1, 4, 5));
    NDArray teacher = Gradients.floats(Gradients.normal(manager, random, 1, 1, 4, 5));
    NDArray padding = manager.zeros(new Shape(1, 4));
    assertThat(
            Gradients.backward(List.of(student), in -> each.loss().of(in.get(0), teacher, padding)))
        .isZero();
    Gradients.assertNone(student);
  }

  @ParameterizedTest
  @MethodSource("all")
  void unfittingShapesAreRefusedWithNames(Named each) {
    NDArray student = manager.zeros(new Shape(2, 4, 5));
    NDArray teacher = manager.zeros(new Shape(3, 4, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> each.loss().of(student, teacher, null))
        .withMessageStartingWith(each.name())
        .withMessageContaining("(2, ")
        .withMessageContaining("(3, ");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsMadeBelongsToTheStudentsManager(Named each) {
    RandomGenerator random = Gradients.stream(each.name(), 64);
    NDArray teacher = Gradients.normal(manager, random, 1, BATCH, 4, 5);
    NDArray mask = mask();
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      each.loss().of(Gradients.normal(step, random, 1, BATCH, 4, 5), teacher, mask);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void aBatchOfOneHasNoRelation() {
    RandomGenerator random = Gradients.stream("rkd", 65);
    NDArray student = Gradients.floats(Gradients.normal(manager, random, 1, 1, 6));
    NDArray teacher = student.stopGradient().neg();
    assertThat(Gradients.backward(List.of(student), in -> new Rkd().loss(in.get(0), teacher, null)))
        .isZero();
    Gradients.assertNone(student);
  }

  @Test
  void relationsDoNotSeeTurnsAndSizes() {
    RandomGenerator random = Gradients.stream("rkd", 66);
    NDArray student = Gradients.normal(manager, random, 1, 4, 2);
    NDArray turned = manager.create(new double[] {0, 3, -3, 0}, new Shape(2, 2));
    assertThat(new Rkd().loss(student, student.matMul(turned), null).getDouble())
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void segmentationPartsHaveGradientsAndEdges() {
    RandomGenerator random = Gradients.stream("rfkd", 67);
    Rfkd rfkd = new Rfkd(Attachment.LAST, false, Rfkd.Distance.PIXEL_SIMILARITY, 1, 1, 1, 2, 1);
    NDArray maps = Gradients.normal(manager, random, 1, 2, 3, 2, 2);
    NDArray others = Gradients.normal(manager, random, 1, 2, 5, 2, 2);
    Gradients.check(List.of(maps), in -> rfkd.features(in.get(0), others, null));
    NDArray student = Gradients.normal(manager, random, 1, 2, 1, 2, 2);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 1, 2, 2);
    Gradients.check(List.of(student), in -> rfkd.logits(in.get(0), teacher));
    Gradients.assertNone(teacher);
    NDArray area = manager.create(new float[] {1, 0, -1, 1, 0, 0, 0, 0}, new Shape(2, 2, 2));
    NDArray again = Gradients.normal(manager, random, 1, 2, 1, 2, 2);
    Gradients.check(List.of(again), in -> rfkd.dice(in.get(0), area));
    assertThat(again.getGradient().toDoubleArray()[2]).isZero();

    NDArray sure = manager.create(new float[] {1e4f, -1e4f, -1e4f, 1e4f}, new Shape(1, 1, 2, 2));
    sure.setRequiresGradient(true);
    NDArray opposite = sure.stopGradient().neg();
    NDArray empty = manager.zeros(new Shape(1, 2, 2), DataType.INT64);
    assertThat(Gradients.backward(
            List.of(sure), in -> rfkd.logits(in.get(0), opposite).add(rfkd.dice(in.get(0), empty))))
        .isFinite();
    Gradients.assertFinite(sure);
    NDArray nothing = manager.full(new Shape(1, 2, 2), -1e4f);
    assertThat(rfkd.dice(nothing, empty).getFloat()).isZero();
    // A logit of exactly 0 is half sure, and has a slope.
    NDArray zero = manager.zeros(new Shape(1, 2, 2));
    zero.setRequiresGradient(true);
    Gradients.backward(List.of(zero), in -> rfkd.dice(in.get(0), empty.add(1)));
    assertThat(zero.getGradient().toFloatArray()).doesNotContain(0f);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rfkd.dice(nothing, manager.zeros(new Shape(1, 3))))
        .withMessageContaining("(1, 3)")
        .withMessageContaining("(1, 2, 2)");
  }

  @Test
  void aggregationsReachTheirWeightsAndLeaveTheTeacherAlone() {
    RandomGenerator random = Gradients.stream("dfa", 68);
    NDArray student = Gradients.normal(manager, random, 1, 2, 3, 4);
    List<NDArray> group = ImmutableList.of(
        Gradients.normal(manager, random, 1, 2, 3, 4),
        Gradients.normal(manager, random, 1, 2, 3, 4));
    NDArray beta = Gradients.normal(manager, random, 1, 2);
    NDArray mask = manager.create(new float[] {1, 1, 0, 1, 0, 0}, new Shape(2, 3));
    Gradients.check(
        List.of(student, beta), in -> new Dfa().loss(in.get(0), group, in.get(1), mask));
    group.forEach(Gradients::assertNone);
    // One layer in a group: nothing to search, and plain feature distillation.
    NDArray one = manager.ones(new Shape(1), DataType.FLOAT64);
    assertThat(new Dfa().loss(student, group.subList(0, 1), one, mask).getDouble())
        .isCloseTo(
            new HiddenState(false).loss(student, group.get(0), mask).getDouble(), within(1e-9));
    NDArray other = manager.zeros(new Shape(2, 3, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dfa().loss(student, List.of(group.get(0), other), beta, mask))
        .withMessageContaining("(2, 3, 4)")
        .withMessageContaining("(2, 3, 5)");
  }
}
