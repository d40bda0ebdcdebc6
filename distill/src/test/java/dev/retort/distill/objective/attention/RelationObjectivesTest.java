package dev.retort.distill.objective.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Form;
import dev.retort.distill.objective.feature.HiddenState;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelationObjectivesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray mask(float[]... rows) {
    NDArray mask = manager.create(new Shape(rows.length, rows[0].length));
    for (int i = 0; i < rows.length; i++) {
      mask.set(new NDIndex(i), manager.create(rows[i]));
    }
    return mask;
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(Form form) {
    RandomGenerator random = Gradients.stream("relation " + form, 31);
    SelfAttentionRelation relation = new SelfAttentionRelation(form, 2);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 4, 6);
    NDArray mask = mask(new float[] {1, 1, 1, 0}, new float[] {1, 1, 1, 1});
    Gradients.check(
        List.of(Gradients.normal(manager, random, 1, 2, 4, 4)),
        in -> relation.term(in.get(0), teacher, mask));
    Gradients.check(
        List.of(Gradients.normal(manager, random, 1, 2, 4, 4)),
        in -> relation.term(in.get(0), teacher, null));
    Gradients.assertNone(teacher);
  }

  @Test
  void gradientOfAttentionTransferIsThatOfCentralDifferences() {
    RandomGenerator random = Gradients.stream("attention-transfer", 32);
    AttentionTransfer.Heads teacher = new AttentionTransfer.Heads(
        Gradients.normal(manager, random, 1, 2, 2, 4, 3),
        Gradients.normal(manager, random, 1, 2, 2, 4, 3),
        Gradients.normal(manager, random, 1, 2, 2, 4, 3));
    NDArray mask = mask(new float[] {1, 1, 1, 0}, new float[] {1, 1, 1, 1});
    Gradients.check(
        List.of(
            Gradients.normal(manager, random, 1, 2, 2, 4, 2),
            Gradients.normal(manager, random, 1, 2, 2, 4, 2),
            Gradients.normal(manager, random, 1, 2, 2, 4, 2)),
        in -> new AttentionTransfer()
            .loss(new AttentionTransfer.Heads(in.get(0), in.get(1), in.get(2)), teacher, mask));
    Gradients.assertNone(teacher.query());
    Gradients.assertNone(teacher.value());
  }

  @Test
  void gradientOfHiddenStateReachesTheFitLayer() {
    RandomGenerator random = Gradients.stream("hidden-state", 33);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, 5);
    NDArray mask = mask(new float[] {1, 1, 0}, new float[] {1, 1, 1});
    Gradients.check(
        List.of(
            Gradients.normal(manager, random, 1, 2, 3, 4),
            Gradients.normal(manager, random, 1, 5, 6),
            Gradients.normal(manager, random, 1, 5)),
        in -> new HiddenState(true)
            .loss(new FitLayer(in.get(1), in.get(2)).forward(in.get(0)), teacher, mask));
    Gradients.assertNone(teacher);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void paddingIsCutOff(Form form) {
    RandomGenerator random = Gradients.stream("padding " + form, 34);
    SelfAttentionRelation relation = new SelfAttentionRelation(form, 2);
    NDArray student = Gradients.normal(manager, random, 1, 1, 5, 4);
    NDArray teacher = Gradients.normal(manager, random, 1, 1, 5, 4);
    double cut = relation.term(student.get(":, :3"), teacher.get(":, :3"), null).getDouble();
    NDArray mask = mask(new float[] {1, 1, 1, 0, 0});
    double loss =
        Gradients.backward(List.of(student), in -> relation.term(in.get(0), teacher, mask));
    assertThat(loss).isCloseTo(cut, within(1e-6));
    NDArray padded = student.getGradient().get(":, 3:");
    assertThat(padded.abs().sum().getDouble()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void sequencesOfPaddingCountAsZero(Form form) {
    RandomGenerator random = Gradients.stream("all padding " + form, 35);
    SelfAttentionRelation relation = new SelfAttentionRelation(form, 2);
    NDArray student = Gradients.normal(manager, random, 1, 2, 3, 4);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, 4);
    NDArray none = manager.zeros(new Shape(2, 3));
    assertThat(Gradients.backward(List.of(student), in -> relation.term(in.get(0), teacher, none)))
        .isZero();
    Gradients.assertNone(student);
    NDArray empty = Gradients.normal(manager, random, 1, 0, 3, 4);
    assertThat(relation.term(empty, empty, null).getDouble()).isZero();
    assertThat(new HiddenState(false).loss(student, teacher, none).getDouble()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void largeActivationsStayFinite(Form form) {
    RandomGenerator random = Gradients.stream("large " + form, 36);
    SelfAttentionRelation relation = new SelfAttentionRelation(form, 2);
    NDArray student = Gradients.floats(Gradients.normal(manager, random, 1e4, 2, 5, 4));
    NDArray teacher = Gradients.floats(Gradients.normal(manager, random, 1e4, 2, 5, 4));
    NDArray mask = mask(new float[] {1, 1, 1, 0, 0}, new float[] {1, 1, 1, 1, 1});
    assertThat(Gradients.backward(List.of(student), in -> relation.term(in.get(0), teacher, mask)))
        .isFinite();
    Gradients.assertFinite(student);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void whatIsMadeBelongsToTheStudentsManager(Form form) {
    RandomGenerator random = Gradients.stream("managers " + form, 37);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, 5);
    NDArray mask = mask(new float[] {1, 1, 0}, new float[] {1, 1, 1});
    NDArray weight = Gradients.normal(manager, random, 1, 5, 6);
    NDArray bias = Gradients.normal(manager, random, 1, 5);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray student = Gradients.normal(step, random, 1, 2, 3, 5);
      new SelfAttentionRelation(form, form == Form.KL_RELATIONS ? 5 : 2)
          .term(student, teacher, mask);
      new HiddenState(true).loss(new FitLayer(weight, bias).forward(student), teacher, mask);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void widthsAndShapesThatDoNotFitAreRefused() {
    SelfAttentionRelation kl = new SelfAttentionRelation(Form.KL_RELATIONS, 12);
    NDArray student = manager.zeros(new Shape(2, 3, 20));
    NDArray teacher = manager.zeros(new Shape(2, 3, 24));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl.term(student, teacher, null))
        .withMessageContaining("12 relation heads")
        .withMessageContaining("width 20")
        .withMessageContaining("remainder: drop");
    assertThat(new SelfAttentionRelation(Form.MSE_RELATIONS, 12)
            .term(student, teacher, null)
            .getFloat())
        .isZero();
    NDArray shorter = manager.zeros(new Shape(2, 4, 24));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl.term(teacher, shorter, null))
        .withMessageContaining("(2, 3, 24)")
        .withMessageContaining("(2, 4, 24)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl.term(teacher, teacher, manager.zeros(new Shape(2, 4))))
        .withMessageContaining("mask has shape (2, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HiddenState(false).loss(student, teacher, null))
        .withMessageContaining("one shape");
    NDArray four = manager.zeros(new Shape(2, 4, 3, 5));
    NDArray two = manager.zeros(new Shape(2, 2, 3, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AttentionTransfer()
            .loss(
                new AttentionTransfer.Heads(four, four, four),
                new AttentionTransfer.Heads(two, two, two),
                null))
        .withMessageContaining("(2, 4, 3, 5)")
        .withMessageContaining("(2, 2, 3, 5)");
  }
}
