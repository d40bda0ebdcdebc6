package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.LayerMap;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.token.Distillm;
import dev.retort.distill.train.RecordingDevice.Kind;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.RelationDistance;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the arrays of a training are, and what crosses between host and device. */
final class DevicePlacementTest {
  private static final int STEPS = 3;

  private static TinyTraining text(NDManager manager, Kernels kernels) {
    TinyTraining tiny = TinyTraining.everything(manager);
    tiny.kernels = kernels;
    tiny.teacher = tiny.teacher(TinyTraining.net(2, 48, 3), kernels);
    tiny.accumulate = 2;
    tiny.objectives = TinyTraining.terms(
        new CrossEntropy(),
        new LogitKd(2),
        new HiddenState(true),
        new SelfAttentionRelation(
            SelfAttentionRelation.Form.MSE_RELATIONS,
            2,
            SelfAttentionRelation.ALL,
            Attachment.LAST,
            SelfAttentionRelation.Remainder.BY_FORM));
    return tiny;
  }

  private static Kernels kernels(String name) {
    return switch (name) {
      case "bf16" -> ScriptedKernels.bf16();
      case "blocks" -> ScriptedKernels.wholeBlocks();
      default -> ScriptedKernels.float32();
    };
  }

  /** Steps, each held to its one read. */
  private static void assertReadsOnce(RecordingDevice device, Trainer trainer, String... sent) {
    trainer.step(); // the optimiser's state and the kernels' names are made in the first
    for (int i = 0; i < STEPS; i++) {
      device.forget();
      trainer.step();
      assertThat(device.places(Kind.READ)).containsExactly("Trainer.read");
      assertThat(device.places(Kind.ELSEWHERE)).isEmpty();
      assertThat(device.places(Kind.SENT)).isNotEmpty().isSubsetOf(sent);
      assertThat(device.places(Kind.MADE)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bf16", "blocks"})
  void stepOfTextStaysOnItsDeviceAndReadsOnce(String kernels) {
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device)) {
      TinyTraining tiny = text(manager, kernels(kernels));
      try (Trainer trainer = tiny.trainer()) {
        assertReadsOnce(device, trainer, "TinyTraining.batch");
      }
    }
  }

  @Test
  void stepOfImagesStaysOnItsDeviceAndReadsOnce() {
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device)) {
      TinyImages tiny = new TinyImages(manager);
      try (Trainer trainer = tiny.trainer()) {
        assertReadsOnce(device, trainer, "TinyImages.batch");
      }
    }
  }

  /**
   * Where a step by an objective reads numbers and sends some, beside the loop's one read and the
   * batch: either makes the host wait.
   */
  private static List<String> waits(String objective, Map<String, Object> options) {
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device);
        Trainer trainer = ObjectiveStages.trainer(objective, options, manager)) {
      trainer.step(); // what is fixed by the first batch is read there
      device.forget();
      assertThat(trainer.step().skipped()).isFalse();
      assertThat(device.places(Kind.ELSEWHERE)).as(objective).isEmpty();
      List<String> reads = new ArrayList<>(device.places(Kind.READ));
      assertThat(reads.remove("Trainer.read")).as(objective).isTrue();
      assertThat(reads).as(objective).doesNotHaveDuplicates();
      Stream<String> sent = device.places(Kind.SENT).stream()
          .filter(each -> !each.startsWith("Tiny") && !each.startsWith("ObjectiveStages"));
      return Stream.concat(
              reads.stream().map(each -> each + " reads"),
              sent.map(each -> each + " sends").distinct())
          .toList();
    }
  }

  static Stream<String> kinds() {
    return Objectives.all().stream().map(ObjectiveKind::name);
  }

  /** A kind that is to wait is listed here, in its Javadoc and in docs/objectives.md. */
  @ParameterizedTest
  @MethodSource("kinds")
  void noObjectiveWaitsForItsDeviceButThoseThatSaySo(String objective) {
    assertThat(waits(objective, Map.of()))
        .isEqualTo(
            switch (objective) {
              case "crd" -> List.of("Kept.read reads", "Constants.of sends");
              // Networks of segmentation resize maps; they do so by any objective.
              case "rfkd" -> List.of("Resampling.matrix sends");
              default -> List.of();
            });
  }

  @Test
  void optionsThatWaitAreThoseThatSaySo() {
    assertThat(waits("cmkd", Map.of("rank", "l2")))
        .containsExactly("Permutahedron.of reads", "Permutahedron.of sends");
    for (String each : List.of("hidden-state", "mi-alpha")) {
      assertThat(waits(each, Map.of("map", "emd"))).containsExactly("FeatureFlow.read reads");
    }
    for (LayerMap map : LayerMap.values()) {
      if (map != LayerMap.EMD) {
        String word = map.name().toLowerCase(Locale.ROOT);
        assertThat(waits("hidden-state", Map.of("map", word))).isEmpty();
      }
    }
    for (Distillm.Form form : Distillm.Form.values()) {
      String word = form.name().toLowerCase(Locale.ROOT).replace('_', '-');
      assertThat(waits("distillm", Map.of("divergence", word))).isEmpty();
    }
    assertThat(waits("uskd", Map.of("rank", "paper-formula"))).isEmpty();
    assertThat(waits("cmkd", Map.of("weights", "entropy"))).isEmpty();
  }

  /** A GPU is not asked whether a logit is infinite. */
  @Test
  void divergencesAreTheSameWhereNobodyAsksForInfiniteLogits() {
    float[] student = {1, 2, Float.NEGATIVE_INFINITY, 0, 3, 1, -1, 2};
    float[] teacher = {2, 1, Float.NEGATIVE_INFINITY, 1, 0, 1, 2, 3};
    for (Distillm.Form form : Distillm.Form.values()) {
      for (int from : new int[] {0, 4}) { // with such a logit, and without
        float host;
        try (NDManager manager = NDManager.newBaseManager()) {
          host = divergence(form, student, teacher, from, manager);
        }
        try (RecordingDevice device = RecordingDevice.begin();
            NDManager manager = NDManager.newBaseManager(device)) {
          assertThat(divergence(form, student, teacher, from, manager)).isEqualTo(host);
        }
      }
    }
  }

  private static float divergence(
      Distillm.Form form, float[] student, float[] teacher, int from, NDManager manager) {
    Shape shape = new Shape(1, 4);
    NDArray own = manager.create(Arrays.copyOfRange(student, from, from + 4), shape);
    NDArray other = manager.create(Arrays.copyOfRange(teacher, from, from + 4), shape);
    return new Distillm(form).loss(own, other, null).getFloat();
  }

  @Test
  void stepOnTheDeviceGivesTheNumbersOfTheHost() {
    List<Double> host = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      losses(manager, host);
    }
    List<Double> card = new ArrayList<>();
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device)) {
      losses(manager, card);
    }
    for (int i = 0; i < STEPS; i++) {
      assertThat(card.get(i)).isCloseTo(host.get(i), within(1e-4));
    }
  }

  /** Without dropout, whose masks a GPU draws itself. */
  private static void losses(NDManager manager, List<Double> losses) {
    TinyTraining tiny = text(manager, ScriptedKernels.float32());
    tiny.dropout = 0;
    try (Trainer trainer = tiny.trainer()) {
      for (int i = 0; i < STEPS; i++) {
        losses.add(trainer.step().loss());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RelationDistance.class)
  void distanceIsTheSameWhereNobodyAsksWhetherTheMaskMasks(RelationDistance distance) {
    float host;
    try (NDManager manager = NDManager.newBaseManager()) {
      host = distance(distance, manager);
    }
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device)) {
      assertThat(distance(distance, manager)).isCloseTo(host, within(1e-5f * host));
    }
  }

  private static float distance(RelationDistance distance, NDManager manager) {
    NDArray student = manager.arange(0f, 48f).sin().reshape(2, 2, 3, 4);
    NDArray teacher = manager.arange(0f, 48f).cos().reshape(2, 2, 3, 4);
    return distance.of(student, teacher, manager.ones(new Shape(2, 3))).getFloat();
  }

  @Test
  void whatIsReadIsRecorded() {
    try (RecordingDevice device = RecordingDevice.begin();
        NDManager manager = NDManager.newBaseManager(device);
        NDManager other = NDManager.newBaseManager(Device.cpu())) {
      assertThat(manager.create(new float[] {1, 2}).add(1).getFloat(1)).isEqualTo(3);
      other.create(1f);
      assertThat(device.places(Kind.READ)).hasSize(1);
      assertThat(device.places(Kind.ELSEWHERE)).hasSize(1);
    }
  }
}
