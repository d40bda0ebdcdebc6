package dev.retort.distill.objective.logit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.Objectives;
import dev.retort.supernet.kernel.Scaling;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DKD, MLKD, WSL and BD-KD: what their definitions say of one another and of their weights. */
class WeightedLogitsTest {
  private static final int ROWS = 6;
  private static final int CLASSES = 5;
  private static final int CLASSES_OF_MASKS = 3;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray logits(RandomGenerator random) {
    return Gradients.normal(manager, random, 2, ROWS, CLASSES);
  }

  private NDArray labels(RandomGenerator random) {
    return manager.create(random.longs(ROWS, 0, CLASSES).toArray());
  }

  @Test
  void decoupledPartsMakeUpPlainDistillation() {
    RandomGenerator random = Gradients.stream("dkd", 51);
    NDArray student = logits(random).get(":1");
    NDArray teacher = logits(random).get(":1");
    NDArray label = manager.create(new long[] {3});
    Dkd.Terms terms = new Dkd(1, 1, 4).terms(student, teacher, label);
    double target = Scaling.over(teacher, 4).softmax(1).getDouble(0, 3);
    double sum = terms.target().getDouble() + (1 - target) * terms.nonTarget().getDouble();
    assertThat(new LogitKd(4).loss(student, teacher).getDouble()).isCloseTo(16 * sum, within(1e-7));
  }

  @Test
  void decoupledDistillationWarmsUp() {
    assertThat(Dkd.warmUp(1, 20)).isEqualTo(0.05);
    assertThat(Dkd.warmUp(240, 20)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dkd.warmUp(1, 0))
        .withMessageContaining("dkd.warm-up");
  }

  @Test
  void masksChooseExamplesAndClasses() {
    // The teacher is surest of the first two rows and likes the last class least.
    double[] flat = {9, 0, -9, 8, 0, -9, 1, 0, -1, 0.5, 0.2, 0};
    NDArray teacher = manager.create(flat, new Shape(4, CLASSES_OF_MASKS));
    RandomGenerator random = Gradients.stream("mlkd", 52);
    NDArray student = Gradients.normal(manager, random, 1, 4, CLASSES_OF_MASKS);
    Mlkd masked = new Mlkd(2, ImmutableList.of(), Mlkd.Form.MASKED);
    Mlkd.View weak = new Mlkd.View(student, teacher);
    Mlkd.View agreed = new Mlkd.View(teacher.duplicate(), teacher);
    Mlkd.Terms terms = masked.terms(weak, agreed);
    assertThat(terms.examplesIn().getDouble()).isEqualTo(0.5);
    assertThat(terms.classesIn().getDouble()).isCloseTo(2 / 3.0, within(1e-6));

    Mlkd.View unsure = new Mlkd.View(student.get("2:"), teacher.get("2:"));
    assertThat(terms.instance().getDouble())
        .isCloseTo(Mlkd.instance(unsure, 2).getDouble() / 2, within(1e-7));
    Gradients.check(
        List.of(student),
        in -> masked.total(masked.terms(new Mlkd.View(in.get(0), teacher), agreed)));
    double sure = student.getGradient().abs().get(":2").sum().getDouble();
    double rest = student.getGradient().abs().get("2:").sum().getDouble();
    assertThat(sure).isLessThan(rest);
  }

  @Test
  void theReleasedStrongViewIsTheWeakOneAtTwoTemperatures() {
    RandomGenerator random = Gradients.stream("mlkd", 53);
    Mlkd.View weak = new Mlkd.View(logits(random), logits(random));
    Mlkd.View strong = new Mlkd.View(logits(random), logits(random));
    for (double each : new double[] {2, 6}) {
      Mlkd released = new Mlkd(1, ImmutableList.of(each), Mlkd.Form.RELEASED);
      Mlkd.Terms terms = released.terms(weak, strong);
      double share = terms.examplesIn().getDouble();
      double expected = share * Mlkd.instance(weak, 1).getDouble()
          + Mlkd.instance(strong, 1).getDouble()
          + (1 + share) * Mlkd.instance(weak, each).getDouble();
      assertThat(terms.instance().getDouble()).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void weightsOfSoftLabelsAreConstantsFromZeroToOne() {
    RandomGenerator random = Gradients.stream("wsl", 54);
    NDArray student = logits(random);
    NDArray teacher = logits(random);
    NDArray labels = labels(random);
    Wsl wsl = new Wsl();
    NDArray weights = wsl.weights(student, teacher, labels);
    for (double each : weights.toDoubleArray()) {
      assertThat(each).isBetween(0.0, 1.0);
    }
    Gradients.check(List.of(student), in -> wsl.soft(in.get(0), teacher, weights));
    Gradients.assertNone(teacher);
    double[] fixed = Scaling.by(student.getGradient(), 2.5).toDoubleArray();
    NDArray again = student.duplicate();
    again.setRequiresGradient(true);
    Gradients.backward(List.of(again), in -> wsl.loss(in.get(0), teacher, labels));
    assertThat(again.getGradient().toDoubleArray()).containsExactly(fixed, within(1e-9));
  }

  @Test
  void aCertainTeacherGivesFullWeightUnlessTheStudentIsCertainToo() {
    NDArray labels = manager.create(new long[] {0, 0});
    NDArray teacher = manager.create(new float[] {1e4f, 0, 1e4f, 0}, new Shape(2, 2));
    NDArray student = manager.create(new float[] {0, 1, 1e4f, 0}, new Shape(2, 2));
    assertThat(new Wsl().weights(student, teacher, labels).toFloatArray()).containsExactly(1, 0);
  }

  @Test
  void theGapOfEntropiesChoosesTheDivergence() {
    NDArray sure = manager.create(new float[] {1, 2, 3});
    NDArray other = manager.create(new float[] {2, 2, 1});
    Balance.Weights gap = new Balance.Gap(4, false).weights(sure, other);
    assertThat(gap.forward().toFloatArray()).containsExactly(4, 1, 1);
    assertThat(gap.reverse().toFloatArray()).containsExactly(1, 1, 4);
    Balance.Weights inverted = new Balance.Gap(4, true).weights(sure, other);
    assertThat(inverted.forward().toFloatArray()).containsExactly(1, 1, 4);
    assertThat(inverted.reverse().toFloatArray()).containsExactly(4, 1, 1);
    Balance.Weights equal = new Balance.Equal().weights(sure, other);
    assertThat(equal.forward().toFloatArray()).containsExactly(1, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Balance.Fixed(sure, sure.get(":2")).weights(sure, other))
        .withMessageContaining("reverse weights have shape (2)")
        .withMessageContaining("(3)");
    NDArray logits = manager.zeros(new Shape(3, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Wsl().soft(logits, logits, sure.get(":2")))
        .withMessageContaining("wsl: weights have shape (2)");
    Cmkd cmkd = new Cmkd();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cmkd.total(cmkd.terms(logits, logits), sure, sure.expandDims(1)))
        .withMessageContaining("cmkd: Spearman weights have shape (3, 1)");
    Mlkd.View three = new Mlkd.View(logits, logits);
    Mlkd.View two = new Mlkd.View(logits.get(":2"), logits.get(":2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mlkd().terms(three, two))
        .withMessageContaining("the strong view's logits have shape (2, 4)");
  }

  @Test
  void recipesNameRulesFormsAndTemperatures() {
    assertThat(Objectives.create("bd-kd", Map.of("rule", "gap-inverted", "delta", 3)))
        .isEqualTo(new BdKd(3, new Balance.Gap(3, true)));
    assertThat(Objectives.create("mlkd", Map.of())).isEqualTo(new Mlkd());
    assertThat(
            Objectives.create("mlkd", Map.of("other-temperatures", List.of(2), "form", "masked")))
        .isEqualTo(new Mlkd(4, ImmutableList.of(2.0), Mlkd.Form.MASKED));
    assertThat(Objectives.create("cmkd", Map.of("rank", "l2")))
        .isEqualTo(
            new Cmkd(Cmkd.Representation.LOGITS, 4, Cmkd.SoftRank.L2, 1, Cmkd.Weighting.CONSTANT));
    assertThat(Objectives.create("uda-kd", Map.of("direction", "student-teacher")))
        .isEqualTo(new UdaKd(20, 0.3, UdaKd.Direction.STUDENT_TEACHER));
  }
}
