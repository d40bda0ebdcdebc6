package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.procedure.CodebookMapping.Reading;
import dev.retort.distill.objective.procedure.LevelContrast.Level;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DFA's bridge, StableKD's blocks and DCKD's losses. */
final class FeatureProceduresTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final RandomGenerator random = Gradients.stream("procedures of features", 91);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(long... shape) {
    return Gradients.normal(manager, random, 1, shape);
  }

  @Test
  void theBridgeReachesBothSidesAndNotTheTeacher() {
    NDArray layers = normal(2, 3, 4);
    NDArray labels = manager.create(new long[] {0, 1, 1});
    Gradients.check(
        List.of(normal(3, 2), normal(2), normal(4, 2), normal(2, 4)), in -> new DfaBridge(1, 0.5)
            .loss(
                List.of(new DfaBridge.Group(
                    in.get(0),
                    List.of(layers.get(0), layers.get(1)),
                    in.get(1),
                    x -> x.matMul(in.get(2).transpose()),
                    x -> x.matMul(in.get(3).transpose()))),
                labels));
    Gradients.assertNone(layers);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DfaBridge()
            .loss(
                List.of(new DfaBridge.Group(
                    normal(3, 2), List.of(layers.get(0)), normal(1), x -> x, x -> x)),
                labels))
        .withMessageContaining("(3, 2)")
        .withMessageContaining("(3, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DfaBridge().loss(List.of(), labels))
        .withMessageContaining("a group");
  }

  private static UnaryOperator<NDArray> block(NDArray weight) {
    return x -> x.matMul(weight).tanh();
  }

  @Test
  void noGradientCrossesTheBorderOfAGroup() {
    List<NDArray> teacher = List.of(normal(2, 3), normal(2, 3), normal(2, 3), normal(2, 3));
    NDArray one = normal(3, 3);
    NDArray two = normal(3, 3);
    NDArray three = normal(3, 3);
    BlockLosses losses = new BlockLosses(ImmutableList.of(block(one), block(two), block(three)));
    Gradients.backward(
        List.of(one), in -> losses.terms(teacher, List.of(1, 1, 1)).get(1));
    Gradients.assertNone(one);
    Gradients.assertNone(three);
    assertThat(two.getGradient().abs().sum().getDouble()).isPositive();
    teacher.forEach(Gradients::assertNone);
    Gradients.check(List.of(normal(3, 3), normal(3, 3), normal(3, 3)), in -> new BlockLosses(
            in.stream().map(each -> block(each)).collect(ImmutableList.toImmutableList()))
        .loss(teacher, List.of(1, 2)));
    // One group is the teacher's last feature, end to end.
    NDArray end = block(three).apply(block(two).apply(block(one).apply(teacher.get(0))));
    assertThat(losses.loss(teacher, List.of(3)).getDouble())
        .isCloseTo(end.sub(teacher.get(3)).square().mean().getDouble(), within(1e-12));
  }

  @Test
  void groupsThatDoNotFitAreRefused() {
    BlockLosses losses = new BlockLosses(ImmutableList.of(x -> x, x -> x));
    List<NDArray> teacher = List.of(normal(2, 3), normal(2, 3), normal(2, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> losses.loss(teacher, List.of(1, 2)))
        .withMessageContaining("[1, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> losses.loss(teacher.subList(0, 2), List.of(2)))
        .withMessageContaining("(2) arrays");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> losses.loss(teacher, List.of(2)))
        .withMessageContaining("(2, 3)")
        .withMessageContaining("(2, 4)");
  }

  @Test
  void neighboursAreMergedTwoByTwo() {
    BlockSchedule four = new BlockSchedule(4);
    assertThat(four.groups(0, 100)).containsExactly(1, 1, 1, 1);
    assertThat(four.groups(24, 100)).containsExactly(1, 1, 1, 1);
    assertThat(four.groups(25, 100)).containsExactly(2, 2);
    assertThat(four.groups(50, 100)).containsExactly(4);
    assertThat(four.groups(99, 100)).containsExactly(4);
    assertThat(four.merges(25, 100)).isTrue();
    assertThat(four.merges(26, 100)).isFalse();
    assertThat(four.merges(0, 100)).isFalse();
    assertThat(four.whole(49, 100)).isFalse();
    assertThat(four.whole(50, 100)).isTrue();
    assertThat(new BlockSchedule(3).groups(30, 100)).containsExactly(2, 1);
    assertThat(new BlockSchedule(5, 0.2).groups(50, 100)).containsExactly(4, 1);
    assertThat(new BlockSchedule(1).whole(0, 1)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BlockSchedule(16))
        .withMessageContaining("(0.25)");
    assertThatIllegalArgumentException().isThrownBy(() -> four.groups(100, 100));
  }

  @Test
  void contrastHasGradientThroughBothDistances() {
    NDArray teacher = normal(2, 3, 2);
    NDArray negatives = normal(2, 2, 3, 2);
    LevelContrast contrast = new LevelContrast(ImmutableList.of(0.5, 2.0), 0.1, 0);
    Gradients.check(
        List.of(normal(2, 3, 2), normal(2, 3, 2)),
        in -> contrast.loss(List.of(
            new Level(in.get(0), teacher, negatives), new Level(in.get(1), teacher, negatives))));
    Gradients.assertNone(teacher);
    Gradients.assertNone(negatives);
  }

  @Test
  void contrastAtItsEdges() {
    NDArray student = Gradients.floats(normal(1, 4));
    NDArray negatives = student.stopGradient().expandDims(0);
    NDArray other = student.stopGradient().add(1f);
    LevelContrast plain = new LevelContrast(ImmutableList.of(1.0), 1, 0);
    assertThat(
            plain.loss(List.of(new Level(student, student, negatives.add(1f)))).getFloat())
        .isZero();
    // All negatives equal to the student: as the authors have it, and bounded.
    assertThat(plain.loss(List.of(new Level(student, other, negatives))).getFloat())
        .isCloseTo(1e7f, within(10f));
    LevelContrast bounded = new LevelContrast(ImmutableList.of(1.0), 1, 0.1);
    assertThat(Gradients.backward(
            List.of(student), in -> bounded.loss(List.of(new Level(in.get(0), other, negatives)))))
        .isCloseTo(10, within(1e-3));
    Gradients.assertFinite(student);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.loss(List.of(new Level(student, other, student))))
        .withMessageContaining("(1, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LevelContrast().loss(List.of()))
        .withMessageContaining("5 weights");
  }

  @ParameterizedTest
  @EnumSource(Reading.class)
  void mappingsToACodebookHaveGradientsAndTakeFarCodes(Reading reading) {
    CodebookMapping mapping = new CodebookMapping(reading, 1);
    NDArray teacher = normal(3, 2);
    NDArray codes = normal(5, 2);
    Gradients.check(List.of(normal(3, 2)), in -> mapping.loss(in.get(0), teacher, codes));
    Gradients.assertNone(teacher);
    Gradients.assertNone(codes);
    NDArray far = Gradients.floats(normal(3, 2).mul(1e4));
    NDArray fixed = far.stopGradient().neg();
    NDArray book = Gradients.floats(codes);
    assertThat(Gradients.backward(List.of(far), in -> mapping.loss(in.get(0), fixed, book)))
        .isFinite();
    Gradients.assertFinite(far);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapping.loss(far, fixed, manager.zeros(new Shape(5, 3))))
        .withMessageContaining("(5, 3)");
  }

  @Test
  void theTwoReadingsAreTwoCrossEntropies() {
    NDArray student = normal(3, 2);
    NDArray teacher = normal(3, 2);
    NDArray codes = normal(5, 2);
    NDArray distances = student.expandDims(1).sub(codes.expandDims(0)).square().sum(new int[] {2});
    NDArray own = distances.neg().softmax(1);
    NDArray target = teacher
        .expandDims(1)
        .sub(codes.expandDims(0))
        .square()
        .sum(new int[] {2})
        .neg()
        .softmax(1);
    double paper = -target.mul(own.log()).sum().getDouble() / 3;
    double code = -target.mul(own.logSoftmax(1)).sum().getDouble() / 3;
    assertThat(new CodebookMapping(Reading.PAPER_FORMULA, 1)
            .loss(student, teacher, codes)
            .getDouble())
        .isCloseTo(paper, within(1e-9));
    assertThat(new CodebookMapping(Reading.OFFICIAL_CODE, 1)
            .loss(student, teacher, codes)
            .getDouble())
        .isCloseTo(code, within(1e-9));
  }

  @Test
  void theHistoryFollowsTheMovingAverage() {
    StudentHistory history = new StudentHistory();
    assertThat(history.step(1)).isEqualTo(1000);
    assertThat(history.step(100_000)).isEqualTo(1000);
    assertThat(history.step(100_001)).isEqualTo(2000);
    assertThat(history.step(900_000)).isEqualTo(3000);
    assertThat(history.updates(1000)).isTrue();
    assertThat(history.updates(1001)).isFalse();
    assertThat(history.updates(101_000)).isFalse();
    NDArray kept = manager.create(new float[] {1, 2});
    NDArray average = manager.create(new float[] {3, 0});
    history.update(Map.of("w", kept), Map.of("w", average));
    assertThat(kept.toFloatArray()).containsExactly(new float[] {2.8f, 0.2f}, within(1e-6f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.update(Map.of("w", kept), Map.of()))
        .withMessageContaining("(w)");
    assertThatIllegalArgumentException().isThrownBy(() -> history.step(0));
  }
}
