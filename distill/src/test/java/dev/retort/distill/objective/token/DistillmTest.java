package dev.retort.distill.objective.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.objective.token.Distillm.Form;
import dev.retort.distill.objective.token.Distillm.Vocabulary;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.supernet.Outputs;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistillmTest {
  private static final int WORDS = 7;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray labels() {
    return manager.create(new long[] {-100, 1, 0, 1, -100, -100}, new Shape(2, 3));
  }

  @ParameterizedTest
  @EnumSource
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(Form form) {
    RandomGenerator random = Gradients.stream(form.name(), 21);
    Distillm loss = new Distillm(form);
    for (int words : new int[] {2, WORDS}) {
      NDArray student = Gradients.normal(manager, random, 2, 2, 3, words);
      NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, words);
      Gradients.check(List.of(student), in -> loss.loss(in.get(0), teacher, labels()));
      Gradients.assertNone(teacher);
      NDArray token = Gradients.normal(manager, random, 2, 1, words);
      NDArray other = Gradients.normal(manager, random, 2, 1, words);
      Gradients.check(List.of(token), in -> loss.loss(in.get(0), other, null));
    }
  }

  @ParameterizedTest
  @EnumSource
  void countedTokensAloneGiveWhatLabelsGive(Form form) {
    RandomGenerator random = Gradients.stream(form.name(), 22);
    NDArray student = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray places = manager.create(new long[] {1, 2, 3});
    Distillm loss = new Distillm(form);
    double marked = loss.loss(student, teacher, labels()).getDouble();
    double counted = loss.loss(
            student.reshape(6, WORDS).get(places), teacher.reshape(6, WORDS).get(places), null)
        .getDouble();
    assertThat(marked).isCloseTo(counted, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void logitsOfTenThousandStayFinite(Form form) {
    RandomGenerator random = Gradients.stream(form.name(), 23);
    float[] signs = new float[4 * WORDS];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? 1e4f : -1e4f;
    }
    NDArray student = manager.create(signs, new Shape(4, WORDS));
    student.setRequiresGradient(true);
    NDArray teacher = student.stopGradient().neg();
    double loss = Gradients.backward(
        List.of(student), in -> new Distillm(form).loss(in.get(0), teacher, null));
    assertThat(loss).isFinite();
    Gradients.assertFinite(student);
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatCountsGivesZeroWithAZeroGradient(Form form) {
    RandomGenerator random = Gradients.stream(form.name(), 24);
    NDArray student = Gradients.normal(manager, random, 2, 1, 2, WORDS);
    NDArray none = manager.full(new Shape(1, 2), -100, DataType.INT64);
    double loss = Gradients.backward(List.of(student), in -> new Distillm(form)
        .loss(in.get(0), student.stopGradient().neg(), none));
    assertThat(loss).isZero();
    Gradients.assertNone(student);
    NDArray empty = manager.create(new Shape(0, WORDS));
    empty.setRequiresGradient(true);
    assertThat(Gradients.backward(
            List.of(empty), in -> new Distillm(form).loss(in.get(0), empty.stopGradient(), null)))
        .isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aMaskedVocabularyIsOneWithoutThoseWords(Form form) {
    RandomGenerator random = Gradients.stream(form.name(), 25);
    NDArray student = Gradients.normal(manager, random, 2, 3, WORDS).stopGradient();
    NDArray teacher = Gradients.normal(manager, random, 2, 3, WORDS).stopGradient();
    NDArray never = manager.full(new Shape(3, 2), Float.NEGATIVE_INFINITY, DataType.FLOAT64);
    NDArray wide = student.concat(never, 1);
    wide.setRequiresGradient(true);
    NDArray wideTeacher = teacher.concat(never, 1);
    double masked = Gradients.backward(
        List.of(wide), in -> new Distillm(form).loss(in.get(0), wideTeacher, null));
    assertThat(masked)
        .isCloseTo(new Distillm(form).loss(student, teacher, null).getDouble(), within(1e-9));
    Gradients.assertFinite(wide);
    // What the student alone rules out is left out as well, and reaches no gradient as NaN.
    NDArray own = student.concat(never, 1);
    own.setRequiresGradient(true);
    NDArray full = Gradients.normal(manager, random, 2, 3, WORDS + 2);
    double some =
        Gradients.backward(List.of(own), in -> new Distillm(form).loss(in.get(0), full, null));
    assertThat(some).isFinite();
    Gradients.assertFinite(own);
  }

  @Test
  void equalNetworksGiveZeroButForTheTeachersEntropy() {
    RandomGenerator random = Gradients.stream("distillm equal", 26);
    NDArray z = Gradients.normal(manager, random, 2, 4, WORDS);
    NDArray p = z.softmax(1);
    double entropy = p.mul(p.log()).sum().neg().getDouble() / 4;
    for (Form form : Form.values()) {
      boolean cross = form == Form.FORWARD_CROSS_ENTROPY || form == Form.SKEW_FORWARD_CROSS_ENTROPY;
      assertThat(new Distillm(form).loss(z, z, null).getDouble())
          .as(form.name())
          .isCloseTo(cross ? entropy : 0, within(1e-6));
    }
  }

  @Test
  void skewZeroIsThePlainDivergenceAndSharesOfOneSideGiveZero() {
    RandomGenerator random = Gradients.stream("distillm skew", 27);
    NDArray s = Gradients.normal(manager, random, 2, 4, WORDS);
    NDArray t = Gradients.normal(manager, random, 2, 4, WORDS);
    assertThat(of(Form.SKEW_FORWARD_KL, 0, 0.9).loss(s, t, null))
        .isEqualTo(new Distillm(Form.FORWARD_KL).loss(s, t, null));
    assertThat(of(Form.SKEW_REVERSE_KL, 0, 0.9).loss(s, t, null))
        .isEqualTo(new Distillm(Form.REVERSE_KL).loss(s, t, null));
    assertThat(of(Form.SYMMETRIC_KL, 0.1, 0).loss(s, t, null).getDouble())
        .isCloseTo(new Distillm(Form.FORWARD_KL).loss(s, t, null).getDouble(), within(1e-12));
    assertThat(of(Form.JENSEN_SHANNON, 0.1, 1).loss(s, t, null).getDouble()).isZero();
    assertThat(of(Form.JENSEN_SHANNON, 0.1, 0.3).loss(s, t, null).getDouble())
        .isCloseTo(of(Form.JENSEN_SHANNON, 0.1, 0.7).loss(t, s, null).getDouble(), within(1e-6));
  }

  private static Distillm of(Form form, double skew, double share) {
    return new Distillm(form, skew, share, Vocabulary.EQUAL);
  }

  @Test
  void vocabulariesPaddedToOtherSizesAreRefusedOrCut() {
    RandomGenerator random = Gradients.stream("distillm vocabulary", 28);
    NDArray s = Gradients.normal(manager, random, 2, 4, WORDS);
    NDArray t = Gradients.normal(manager, random, 2, 4, WORDS + 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distillm().loss(s, t, null))
        .withMessageContaining("distillm: teacher logits have shape (4, 10)")
        .withMessageContaining("(4, 7)");
    Distillm common = new Distillm(Form.REVERSE_KL, 0.1, 0.9, Vocabulary.COMMON);
    Distillm equal = new Distillm(Form.REVERSE_KL);
    assertThat(common.loss(s, t, null)).isEqualTo(equal.loss(s, t.get(":, :7"), null));
    assertThat(common.loss(t, s, null)).isEqualTo(equal.loss(t.get(":, :7"), s, null));
    Architecture seven =
        Architecture.parse("bert:layers=1,hidden=8,heads=2,ratio=2,head-size=4,classes=7");
    Architecture ten = seven.with("classes", Value.of(10));
    assertThat(common.needs(seven, ten).teacher()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> equal.needs(seven, ten))
        .withMessageContaining("they must be equal");
  }

  @Test
  void unfittingShapesAndOptionsAreRefused() {
    NDArray three = manager.zeros(new Shape(2, 3, WORDS));
    refused(three.get(0).get(0), three, labels(), "(7)");
    refused(manager.zeros(new Shape(2, 1)), manager.zeros(new Shape(2, 1)), null, "at least 2");
    refused(three, three.get(0), labels(), "(3, 7)");
    refused(three, three, labels().flatten(), "labels have shape (6)");
    refused(three, three, labels().toType(DataType.FLOAT32, true), "float32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Form.SKEW_FORWARD_KL, 1.5, 0.9))
        .withMessage("distillm.skew must be a number from 0 to 1, not (1.5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create("distillm", Map.of("divergence", "kl")))
        .withMessageContaining("one of [skew-forward-kl, ");
  }

  private void refused(NDArray student, NDArray teacher, @Nullable NDArray labels, String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distillm().loss(student, teacher, labels))
        .withMessageStartingWith("distillm: ")
        .withMessageContaining(part);
  }

  @Test
  void aStageGivesCountedTokensOrAllThatAreNoPadding() {
    RandomGenerator random = Gradients.stream("distillm stage", 29);
    NDArray mask = manager.create(new float[] {1, 1, 0, 1, 0, 0}, new Shape(2, 3));
    NDArray s = Gradients.normal(manager, random, 2, 2, 3, WORDS).toType(DataType.FLOAT32, true);
    NDArray t = Gradients.normal(manager, random, 2, 2, 3, WORDS).toType(DataType.FLOAT32, true);
    NDArray counted = mask.eq(1).toType(DataType.INT64, true).mul(101).sub(100);
    assertThat(new Distillm().loss(inputs(s, t, mask)))
        .isEqualTo(new Distillm().loss(s, t, counted));
    NDArray rows = s.reshape(6, WORDS);
    NDArray others = t.reshape(6, WORDS);
    assertThat(new Distillm().loss(inputs(rows, others, mask)))
        .isEqualTo(new Distillm().loss(rows, others, null));
    assertThat(new Distillm().asLoss().evaluate(new NDList(others), new NDList(rows)))
        .isEqualTo(new Distillm().loss(rows, others, null));
  }

  private LossInputs inputs(NDArray student, NDArray teacher, NDArray mask) {
    Architecture any =
        Architecture.parse("bert:layers=1,hidden=8,heads=2,ratio=2,head-size=4,classes=7");
    NDArray ids = manager.zeros(mask.getShape(), DataType.INT64);
    return new LossInputs(
        new Outputs(student, ImmutableMap.of()),
        new Outputs(teacher, ImmutableMap.of()),
        new TextBatch(ids, ids, mask, ids, new int[] {0, 1}),
        any,
        any,
        ImmutableMap.of());
  }

  @Test
  void whatIsMadeBelongsToTheStudentsManager() {
    RandomGenerator random = Gradients.stream("distillm managers", 30);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, WORDS);
    NDArray labels = labels();
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray student = Gradients.normal(step, random, 1, 2, 3, WORDS);
      for (Form form : Form.values()) {
        new Distillm(form).loss(student, teacher, labels);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
