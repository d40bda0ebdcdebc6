package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.attention.AttentionTransfer;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.logit.Uskd;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The objectives as a stage uses them: needs, extras, and the loss of outputs. */
class StageInputsTest {
  private static final Architecture STUDENT =
      Architecture.parse("bert:layers=3,hidden=8,heads=2,ratio=2,head-size=6,classes=5");
  private static final Architecture TEACHER =
      Architecture.parse("bert:layers=4,hidden=12,heads=3,ratio=2,head-size=4,classes=5");
  private static final int BATCH = 2;
  private static final int SEQUENCE = 4;

  private final NDManager manager = NDManager.newBaseManager();
  private final RandomGenerator random = Gradients.stream("stage inputs", 41);

  @AfterEach
  void close() {
    manager.close();
  }

  private Outputs outputs(Architecture architecture, Iterable<Tap> taps) {
    ImmutableMap.Builder<Tap, NDArray> values = ImmutableMap.builder();
    int width = architecture.integer("heads") * architecture.integer("head-size");
    for (Tap tap : taps) {
      boolean hidden = tap.name().startsWith("hidden");
      values.put(
          tap,
          Gradients.normal(
              manager,
              random,
              1,
              BATCH,
              SEQUENCE,
              hidden ? architecture.integer("hidden") : width));
    }
    int classes = architecture.integer("classes");
    return new Outputs(Gradients.normal(manager, random, 1, BATCH, classes), values.buildOrThrow());
  }

  private static final Attachment LAYER_4 =
      new Attachment.Layers(ImmutableList.of(new Layer(4)), ImmutableList.of(Layer.LAST));

  private LossInputs inputs(Objective objective) {
    Objective.Needs needs = objective.needs(STUDENT, TEACHER);
    NDArray mask = manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, new Shape(BATCH, SEQUENCE));
    NDArray ids = manager.zeros(new Shape(BATCH, SEQUENCE), DataType.INT64);
    NDArray labels = objective.name().equals("mse")
        ? Gradients.normal(manager, random, 1, BATCH, 5)
        : manager.create(new long[] {0, 3});
    ImmutableMap.Builder<String, NDArray> extras = ImmutableMap.builder();
    for (TensorSpec spec : objective.extras(STUDENT.with("hidden", Value.of(10)), TEACHER)) {
      extras.put(spec.name(), Gradients.normal(manager, random, 1, spec.shape()));
    }
    return new LossInputs(
        outputs(STUDENT, needs.studentTaps()),
        needs.teacher() ? outputs(TEACHER, needs.teacherTaps()) : null,
        new TextBatch(ids, ids, mask, labels, new int[] {0, 1}),
        STUDENT,
        TEACHER,
        extras.buildOrThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross-entropy",
        "mse",
        "kd",
        "nkd",
        "uskd",
        "self-attention-relation",
        "hidden-state"
      })
  void lossReachesTheStudentAndTheExtrasOnly(String name) {
    Map<String, Object> options =
        name.equals("self-attention-relation") ? Map.of("heads", 6) : Map.of();
    Objective objective = Objectives.create(name, options);
    LossInputs inputs = inputs(objective);
    NDArray loss = Gradients.recorded(() -> objective.loss(inputs));
    assertThat(loss.getShape().dimension()).isZero();
    Autograd.backward(loss);
    Objective.Needs needs = objective.needs(STUDENT, TEACHER);
    if (needs.logits()) {
      assertReached(inputs.student().requireLogits());
    }
    needs.studentTaps().forEach(tap -> assertReached(inputs.student().tap(tap)));
    inputs.extras().values().forEach(StageInputsTest::assertReached);
    if (needs.teacher()) {
      needs
          .teacherTaps()
          .forEach(tap -> Gradients.assertNone(inputs.requireTeacher().tap(tap)));
      Gradients.assertNone(inputs.requireTeacher().requireLogits());
    }
  }

  private static void assertReached(NDArray array) {
    assertThat(array.getGradient().abs().sum().getDouble()).isPositive();
  }

  @Test
  void attentionTransferReadsHeadsOfTheLastLayers() {
    Architecture teacher = TEACHER.with("heads", Value.of(2));
    AttentionTransfer objective = new AttentionTransfer();
    Objective.Needs needs = objective.needs(STUDENT, teacher);
    assertThat(needs.teacherTaps()).containsExactly(Tap.query(3), Tap.key(3), Tap.value(3));
    Outputs student = outputs(STUDENT, needs.studentTaps());
    Outputs other = outputs(teacher, needs.teacherTaps());
    NDArray mask = manager.ones(new Shape(BATCH, SEQUENCE));
    LossInputs inputs = new LossInputs(
        student,
        other,
        new TextBatch(mask, mask, mask, mask, new int[] {0, 1}),
        STUDENT,
        teacher,
        ImmutableMap.of());
    double values = new SelfAttentionRelation(SelfAttentionRelation.Form.KL_RELATIONS, 2)
        .term(student.tap(Tap.value(2)), other.tap(Tap.value(3)), null)
        .getDouble();
    double queries = objective.loss(inputs).getDouble() - values;
    assertThat(queries).isPositive();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.needs(STUDENT, TEACHER))
        .withMessageContaining("2 heads")
        .withMessageContaining("3 in layer 4");
  }

  @Test
  void relationsAreWeightedAndOfTheLayersThatWereAsked() {
    SelfAttentionRelation both = new SelfAttentionRelation(
        SelfAttentionRelation.Form.MSE_SCORES,
        0,
        ImmutableMap.of(SelfAttentionRelation.Part.KEY, 2.0, SelfAttentionRelation.Part.VALUE, 0.5),
        new Attachment.Layers(ImmutableList.of(new Layer(2)), ImmutableList.of(new Layer(1))),
        SelfAttentionRelation.Remainder.BY_FORM);
    Objective.Needs needs = both.needs(STUDENT, TEACHER);
    assertThat(needs.studentTaps()).containsExactly(Tap.key(1), Tap.value(1));
    assertThat(needs.teacherTaps()).containsExactly(Tap.key(0), Tap.value(0));
    LossInputs inputs = inputs(both);
    SelfAttentionRelation three =
        new SelfAttentionRelation(SelfAttentionRelation.Form.MSE_SCORES, 3);
    double expected = 2 * term(three, inputs, Tap.key(1), Tap.key(0))
        + 0.5 * term(three, inputs, Tap.value(1), Tap.value(0));
    assertThat(both.loss(inputs).getDouble()).isCloseTo(expected, within(1e-6));
  }

  private static double term(
      SelfAttentionRelation relation, LossInputs inputs, Tap student, Tap teacher) {
    return relation
        .term(
            inputs.student().tap(student),
            inputs.requireTeacher().tap(teacher),
            inputs.batch().mask())
        .getDouble();
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTraining() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogitKd(2).needs(STUDENT.with("classes", Value.of(3)), TEACHER))
        .withMessageContaining("has 3 classes")
        .withMessageContaining("has 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrossEntropy().needs(STUDENT.with("classes", Value.of(1)), TEACHER))
        .withMessageContaining("1 classes, needed at least 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SelfAttentionRelation(SelfAttentionRelation.Form.KL_RELATIONS, 5)
            .needs(STUDENT, TEACHER))
        .withMessageContaining("5 relation heads")
        .withMessageContaining("width 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HiddenState(false).needs(STUDENT, TEACHER))
        .withMessageContaining("8 wide");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AttentionTransfer(LAYER_4).needs(STUDENT, TEACHER))
        .withMessageContaining("layer (4)")
        .withMessageContaining("1 to 3");
  }

  @Test
  void uskdReadsTheClassTokenOfTheMiddleBlock() {
    assertThat(Uskd.middleBlock(1)).isZero();
    assertThat(Uskd.middleBlock(3)).isZero();
    assertThat(Uskd.middleBlock(4)).isEqualTo(1);
    assertThat(Uskd.middleBlock(12)).isEqualTo(5);
    assertThat(new Uskd().needs(TEACHER, TEACHER).studentTaps()).containsExactly(Tap.hidden(2));
  }
}
