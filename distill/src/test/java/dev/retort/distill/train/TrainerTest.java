package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.logit.Uskd;
import dev.retort.space.Architecture;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerTest {
  private static final Architecture LARGEST = TinyTraining.SPACE.largest();
  private static final Architecture SMALLEST = TinyTraining.SPACE.smallest();
  private static final Architecture SHALLOW = TinyTraining.net(1, 32, 2);

  private final NDManager manager = NDManager.newBaseManager();
  private final TinyTraining tiny = new TinyTraining(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, double[]> gradients() {
    return gradients(TinyTraining.DESCENT);
  }

  /** The gradients of one step of descent at a rate of 50, from what became of the weights. */
  private Map<String, double[]> gradients(OptimizerOptions descent) {
    tiny.optimizer = descent;
    tiny.student = tiny.shared(11);
    Map<String, float[]> before = tiny.values();
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
    }
    Map<String, double[]> gradients = new HashMap<>();
    tiny.values().forEach((name, after) -> {
      float[] old = Objects.requireNonNull(before.get(name), name);
      double[] gradient = new double[old.length];
      for (int i = 0; i < old.length; i++) {
        gradient[i] = ((double) old[i] - after[i]) / 50;
      }
      gradients.put(name, gradient);
    });
    return gradients;
  }

  private static void assertClose(
      Map<String, double[]> found, Map<String, double[]> expected, double factor) {
    expected.forEach((name, values) -> {
      double[] scaled = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        scaled[i] = values[i] * factor;
      }
      assertThat(found.get(name)).as(name).containsExactly(scaled, within(1e-6));
    });
  }

  private static double norm(Map<String, double[]> gradients) {
    double sum = 0;
    for (double[] each : gradients.values()) {
      for (double value : each) {
        sum += value * value;
      }
    }
    return Math.sqrt(sum);
  }

  @Test
  void theLossGoesDown() {
    tiny.steps = 60;
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.run(Checkpoints.NONE, report -> losses.add(report.loss()), () -> false))
          .isTrue();
    }
    assertThat(losses).hasSize(60);
    double first =
        losses.subList(0, 5).stream().mapToDouble(each -> each).average().orElseThrow();
    double last =
        losses.subList(55, 60).stream().mapToDouble(each -> each).average().orElseThrow();
    assertThat(first).isCloseTo(Math.log(3), within(0.3));
    assertThat(last).isLessThan(first / 2);
  }

  @Test
  void gradientsAreClippedByTheirNormTogether() {
    Map<String, double[]> whole = gradients();
    double norm = norm(whole);
    double clip = norm / 4;
    assertClose(gradients(TinyTraining.descent(clip)), whole, clip / (norm + 1e-6));
    tiny.student = tiny.shared(11);
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.step().gradientNorm()).isCloseTo(norm, within(1e-4 * norm));
    }
  }

  @Test
  void accumulatedHalvesAreAWholeBatch() {
    Map<String, double[]> whole = gradients();
    tiny.accumulate = 2;
    tiny.batches = (number, owner) -> {
      int half = (int) (number % 2);
      return TinyTraining.batch(number / 2, 4 * half, 4 * half + 4, owner);
    };
    assertClose(gradients(), whole, 1);
  }

  @Test
  void gradientsOfSubNetworksAddUp() {
    ImmutableList<Architecture> three =
        ImmutableList.of(LARGEST, SMALLEST, TinyTraining.net(2, 16, 2));
    Map<String, double[]> sum = new HashMap<>();
    for (Architecture each : three) {
      tiny.sampler = ArchitectureSampler.fixed(each);
      gradients()
          .forEach((name, values) -> sum.merge(name, values.clone(), (a, b) -> {
            for (int i = 0; i < a.length; i++) {
              a[i] += b[i];
            }
            return a;
          }));
    }
    tiny.sampler = (streams, step) -> three;
    assertClose(gradients(), sum, 1);
  }

  @Test
  void theTeacherIsRunOnceABatch() {
    CountingKernels counting = new CountingKernels();
    tiny.teacher = tiny.teacher(TinyTraining.NET, counting.kernels());
    tiny.objectives = TinyTraining.terms(new LogitKd(1), new HiddenState(true));
    tiny.sampler = new Sandwich(TinyTraining.SPACE, true, true, 3);
    tiny.accumulate = 2;
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      trainer.step();
    }
    // Two steps of two batches; words and token types are looked up once each in a pass.
    assertThat(counting.calls().count("embedding")).isEqualTo(2 * 2 * 2);
  }

  @Test
  void theTeacherKeepsNothingButWhatWasAskedFor() {
    Teacher teacher = tiny.teacher(TinyTraining.NET, new EagerKernels());
    try (NDManager scope = manager.newSubManager()) {
      TextBatch batch = TinyTraining.batch(0, 0, 4, scope);
      int before = scope.getManagedArrays().size();
      var outputs = teacher.outputs(batch, true, ImmutableSet.of(Tap.hidden(1), Tap.query(0)));
      assertThat(scope.getManagedArrays()).hasSize(before + 3);
      assertThat(outputs.requireLogits().toFloatArray()).hasSize(12);
      assertThat(outputs.tap(Tap.query(0)).toFloatArray()).doesNotContain(Float.NaN);
      assertThat(teacher.outputs(batch, false, ImmutableSet.of()).logits()).isNull();
    }
  }

  @Test
  void whatAStepDoesNotTouchKeepsValueAndState() {
    tiny.sampler = (streams, step) -> ImmutableList.of(step % 2 == 0 ? LARGEST : SHALLOW);
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      Map<String, float[]> weights = tiny.values();
      Map<String, float[]> state = TinyTraining.values(trainer.state().optimizer());
      assertThat(state).hasSize(3 * weights.size());
      trainer.step();
      TreeSet<String> idle = new TreeSet<>();
      tiny.values().forEach((name, after) -> {
        if (Arrays.equals(after, weights.get(name))) {
          idle.add(name);
        }
      });
      Map<String, float[]> later = TinyTraining.values(trainer.state().optimizer());
      // The sub-network has one layer less: all of that layer and nothing else.
      assertThat(idle).hasSize(16).allMatch(name -> name.contains(".layer."));
      assertThat(idle.stream()
              .map(name -> name.replaceAll(".*layer\\.(\\d+).*", "$1"))
              .distinct())
          .hasSize(1);
      for (String name : weights.keySet()) {
        assertThat(later.get(name + ".steps"))
            .as(name)
            .containsExactly(idle.contains(name) ? 1 : 2);
        if (idle.contains(name)) {
          assertThat(later.get(name + ".first")).isEqualTo(state.get(name + ".first"));
          assertThat(later.get(name + ".second")).isEqualTo(state.get(name + ".second"));
        }
      }
    }
  }

  @Test
  void dropoutIsAFunctionOfTheSeed() {
    String none = tiny.train();
    List<String> digests = new ArrayList<>();
    tiny.dropout = 0.2;
    for (long seed : new long[] {7, 7, 8}) {
      tiny.seed = seed;
      tiny.student = tiny.shared(11);
      digests.add(tiny.train());
    }
    assertThat(digests.get(0)).isEqualTo(digests.get(1)).isNotEqualTo(none);
    assertThat(digests.get(2)).isNotEqualTo(digests.get(0));
  }

  @Test
  void objectivesTrainTensorsOfTheirOwn() {
    tiny.teacher = tiny.teacher(TinyTraining.net(2, 48, 3), new EagerKernels());
    tiny.objectives = TinyTraining.terms(new CrossEntropy(), new HiddenState(true), new Uskd());
    try (Trainer trainer = tiny.trainer()) {
      Map<String, float[]> before = TinyTraining.values(trainer.extras(manager));
      assertThat(before.keySet())
          .containsExactlyInAnyOrder(
              "hidden-state.last.fit.weight",
              "hidden-state.last.fit.bias",
              "uskd.head.weight",
              "uskd.head.bias");
      assertThat(before.get("hidden-state.last.fit.weight")).hasSize(48 * 32);
      StepReport report = trainer.step();
      assertThat(report.terms().keySet()).containsExactly("cross-entropy", "hidden-state", "uskd");
      Map<String, float[]> after = TinyTraining.values(trainer.extras(manager));
      before.forEach((name, values) -> assertThat(after.get(name)).as(name).isNotEqualTo(values));
      assertThat(trainer.state().weights()).containsKeys("uskd.head.weight");
      assertThat(tiny.student.full().tensors()).doesNotContainKey("uskd.head.weight");
    }
  }

  static Stream<String> logitObjectives() {
    Set<String> ofOthersThanClasses =
        Set.of("mse", "l1", "landmark-main", "landmark-assist", "rfkd");
    return Objectives.all().stream()
        .map(ObjectiveKind::name)
        .filter(name -> !ofOthersThanClasses.contains(name))
        .filter(name -> Objectives.create(name, Map.of()) instanceof LogitObjective);
  }

  /** Objectives that take derivatives of their own do so beside layers that have theirs by hand. */
  @ParameterizedTest
  @MethodSource("logitObjectives")
  void logitObjectivesTrainThroughWholeLayers(String name) {
    tiny.teacher = tiny.teacher(TinyTraining.net(2, 48, 3), new EagerKernels());
    tiny.objectives = TinyTraining.terms(Objectives.create(name, Map.of()));
    Map<String, double[]> whole = gradients();
    tiny.kernels = new EagerKernels();
    gradients()
        .forEach((tensor, values) ->
            assertThat(whole.get(tensor)).as(tensor).containsExactly(values, within(1e-5)));
  }

  @Test
  void theReportSaysWhatTheStepDid() {
    tiny.objectives = ImmutableList.of(
        new WeightedObjective("hard", 0.5, new CrossEntropy()),
        new WeightedObjective("soft", 2, new CrossEntropy(0.1)));
    try (Trainer trainer = tiny.trainer()) {
      StepReport report = trainer.step();
      assertThat(report.stage()).isEqualTo("tiny");
      assertThat(report.step()).isEqualTo(1);
      assertThat(report.steps()).isEqualTo(5);
      assertThat(report.skipped()).isFalse();
      assertThat(report.rate()).isEqualTo(tiny.optimizer.rate(0, 5));
      double hard = report.terms().getOrDefault("hard", Double.NaN);
      double soft = report.terms().getOrDefault("soft", Double.NaN);
      assertThat(report.loss()).isEqualTo(0.5 * hard + 2 * soft);
    }
  }

  @Test
  void noStepsChangeNothing() {
    tiny.steps = 0;
    String before = TinyTraining.digest(tiny.student.full().tensors());
    assertThat(tiny.train()).isEqualTo(before);
  }

  @Test
  void aBatchOfOneAndALastPartialBatchTrain() {
    int[] sizes = {8, 8, 3, 1};
    tiny.steps = 4;
    tiny.objectives = TinyTraining.terms(new CrossEntropy(), new Uskd());
    tiny.batches = (number, owner) -> TinyTraining.batch(number, 0, sizes[(int) number], owner);
    try (Trainer trainer = tiny.trainer()) {
      trainer.run(
          Checkpoints.NONE,
          report -> {
            assertThat(report.skipped()).isFalse();
            assertThat(report.loss()).isFinite().isPositive();
          },
          () -> false);
    }
  }

  @Test
  void whatIsFrozenKeepsItsValueAndPassesGradients() {
    String frozen = "bert.encoder.layer.1.output.dense.weight";
    String below = "bert.encoder.layer.0.output.dense.weight";
    tiny.frozen = ImmutableSet.of(frozen);
    Map<String, float[]> before = tiny.values();
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
    }
    Map<String, float[]> after = tiny.values();
    assertThat(after.get(frozen)).isEqualTo(before.get(frozen));
    assertThat(after.get(below)).isNotEqualTo(before.get(below));
    tiny.frozen = ImmutableSet.of("nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessageContaining("does not have ([nowhere])");
  }

  @Test
  void termsOfOneKindTrainTensorsOfTheirOwn() {
    tiny.objectives = ImmutableList.of(
        new WeightedObjective("a", 1, new Uskd()), new WeightedObjective("b", 1, new Uskd()));
    try (Trainer trainer = tiny.trainer()) {
      assertThat(trainer.extras(manager).keySet())
          .containsExactlyInAnyOrder(
              "a.head.weight", "a.head.bias", "b.head.weight", "b.head.bias");
      assertThat(trainer.step().terms().keySet()).containsExactly("a", "b");
    }
  }

  @Test
  void aStageThatCannotBeIsRefused() {
    tiny.objectives = TinyTraining.terms(new LogitKd(1));
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessage("Objective (kd) of stage tiny needs a teacher");
    tiny.objectives = TinyTraining.terms(new CrossEntropy(), new CrossEntropy(0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessage("Two objectives of stage tiny have the label (cross-entropy)");
    tiny.objectives = ImmutableList.of();
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessage("Stage tiny needs an objective");
    tiny.objectives = TinyTraining.terms(new CrossEntropy());
    tiny.dropout = 1;
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessage("dropout must be in [0, 1), not (1.0)");
    tiny.dropout = 0;
    tiny.patience = 0;
    assertThatIllegalArgumentException()
        .isThrownBy(tiny::stage)
        .withMessageContaining("patience (0) 1 or more");
  }
}
