package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.distill.arithmetic.Transport;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where objectives attach, and what they read and own there. */
final class AttachmentTest {
  private static final Architecture BERT =
      Architecture.parse("bert:layers=2,hidden=8,heads=2,ratio=2");
  private static final Architecture LARGE =
      Architecture.parse("bert:layers=4,hidden=12,heads=2,ratio=2");
  private static final Architecture SAME =
      Architecture.parse("bert:layers=3,hidden=8,heads=2,ratio=2");
  private static final Architecture RESNET =
      Architecture.parse("resnet:depth=2/3,width=4/8,resolution=8,classes=3");
  private static final Architecture BOTTLENECK =
      Architecture.parse("resnet:block=bottleneck,depth=1/2,width=4/8,resolution=8,classes=3");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static List<String> taps(Iterable<Tap> taps) {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    taps.forEach(each -> names.add(each.name()));
    return names.build();
  }

  private static List<String> teacherTaps(String name, Map<String, Object> options) {
    return taps(Objectives.create(name, options).needs(BERT, LARGE).teacherTaps());
  }

  @Test
  void everyWayToAttachReadsItsPlaces() {
    assertThat(teacherTaps("hidden-state", Map.of())).containsExactly("hidden4");
    assertThat(teacherTaps("hidden-state", Map.of("layer", 1))).containsExactly("hidden1");
    assertThat(teacherTaps("hidden-state", Map.of("layer", 0))).containsExactly("hidden0");
    assertThat(teacherTaps("hidden-state", Map.of("map", "skip")))
        .containsExactly("hidden0", "hidden2", "hidden4");
    assertThat(teacherTaps("hidden-state", Map.of("map", "last")))
        .containsExactly("hidden2", "hidden3", "hidden4");
    assertThat(teacherTaps("hidden-state", Map.of("map", "emd")))
        .containsExactly("hidden1", "hidden2", "hidden3", "hidden4");
    assertThat(teacherTaps(
            "hidden-state",
            Map.of("layers", Map.of("student", List.of(1, "last"), "teacher", List.of(3, 4)))))
        .containsExactly("hidden3", "hidden4");
    assertThat(teacherTaps(
            "hidden-state", Map.of("feature", Map.of("student", "hidden1", "teacher", "layer2.q"))))
        .containsExactly("layer2.q");
    assertThat(teacherTaps("attention", Map.of("map", "skip")))
        .containsExactly("layer1.attention", "layer3.attention");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create("cosine", Map.of("map", "skip", "layer", 1)))
        .withMessageContaining("(layer)")
        .withMessageContaining("(map)");
  }

  @Test
  void groupsAreTheLayersUpToEachPair() {
    assertThat(teacherTaps("dfa", Map.of()))
        .containsExactly("hidden2", "hidden4", "hidden1", "hidden3");
    Objective dfa = Objectives.create("dfa", Map.of());
    ImmutableList<String> own = taps(dfa.needs(BOTTLENECK, RESNET).teacherTaps()).stream()
        .filter(each -> each.endsWith(".out"))
        .collect(ImmutableList.toImmutableList());
    ImmutableList<String> blocks = Network.of(RESNET, new EagerKernels()).blocks();
    // Without the stem and the head.
    assertThat(own)
        .containsExactlyElementsOf(
            blocks.subList(1, 6).stream().map(each -> each + ".out").toList());
    assertThat(dfa.extras(BOTTLENECK, RESNET))
        .filteredOn(each -> each.name().endsWith("beta"))
        .extracting(TensorSpec::count)
        .containsExactly(2L, 3L);
  }

  @Test
  void tensorsAreAsWideAsWhatNetworksGive() {
    for (Architecture each : List.of(RESNET, BOTTLENECK)) {
      for (String feature : List.of("stage1", "stage2", "pooled")) {
        Objective fitted = Objectives.create("hidden-state", Map.of("feature", feature));
        long[] weight = fitted.extras(each, RESNET).get(0).shape();
        int planes = feature.equals("stage1") ? 4 : 8;
        int expansion = each == BOTTLENECK ? each.family().width(each, 0) / 4 : 1;
        assertThat(weight).containsExactly(planes, (long) planes * expansion);
      }
    }
    assertThat(BOTTLENECK.family().width(BOTTLENECK, 0)).isGreaterThan(4);
  }

  @Test
  void aFitLayerServesMapsStatesAndVectorsAlike() {
    RandomGenerator random = Gradients.stream("fit layer", 31);
    NDArray weight = Gradients.normal(manager, random, 1, 3, 6);
    NDArray bias = Gradients.normal(manager, random, 1, 3);
    FitLayer layer = new FitLayer(weight, bias);
    NDArray states = Gradients.normal(manager, random, 1, 2, 4, 5);
    NDArray maps = states.reshape(2, 2, 2, 5).transpose(0, 3, 1, 2);
    double[] fromMaps =
        layer.forward(maps).transpose(0, 2, 3, 1).reshape(2, 4, 3).toDoubleArray();
    assertThat(layer.forward(states).toDoubleArray()).containsExactly(fromMaps, within(1e-9));
    assertThat(layer.forward(states.reshape(8, 5)).toDoubleArray())
        .containsExactly(fromMaps, within(1e-9));
    Gradients.check(
        List.of(weight, bias, states),
        in -> new FitLayer(in.get(0), in.get(1)).forward(in.get(2)).square().sum());
    double[] gradient = weight.getGradient().toDoubleArray();
    for (int row = 0; row < 3; row++) {
      assertThat(gradient[row * 6 + 5])
          .as("a column beyond the student's width")
          .isZero();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.forward(manager.zeros(new Shape(2, 7))))
        .withMessageContaining("(3, 6)")
        .withMessageContaining("(2, 7)");
  }

  @Test
  void theFlowBetweenLayersIsAConstant() {
    RandomGenerator random = Gradients.stream("emd", 32);
    HiddenState emd = new HiddenState(new Attachment.Mapped(LayerMap.EMD), false);
    ImmutableMap.Builder<Tap, NDArray> own = ImmutableMap.builder();
    ImmutableMap.Builder<Tap, NDArray> others = ImmutableMap.builder();
    for (int layer = 1; layer <= 3; layer++) {
      if (layer <= 2) {
        own.put(Tap.hidden(layer), Gradients.normal(manager, random, 1, 2, 3, 8));
      }
      others.put(Tap.hidden(layer), Gradients.normal(manager, random, 1, 2, 3, 8));
    }
    Outputs student = new Outputs(null, own.buildOrThrow());
    Outputs teacher = new Outputs(null, others.buildOrThrow());
    LossInputs inputs = new LossInputs(
        student,
        teacher,
        new ImageBatch(manager.zeros(new Shape(2)), manager.zeros(new Shape(2)), new int[] {0, 1}),
        BERT,
        SAME,
        ImmutableMap.of());
    double[][] costs = new double[2][3];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        costs[i][j] = distance(student, i, teacher, j).getDouble();
      }
    }
    double[][] flow = Transport.flow(costs);
    double expected = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        expected += flow[i][j] * costs[i][j];
      }
    }
    NDArray loss = Gradients.recorded(() -> emd.loss(inputs));
    assertThat(loss.getDouble()).isCloseTo(expected, within(1e-6));
    Autograd.backward(loss);
    double[] found = student.tap(Tap.hidden(1)).getGradient().toDoubleArray();
    double[] values = new double[found.length];
    for (int j = 0; j < 3; j++) {
      double[] difference =
          student.tap(Tap.hidden(1)).sub(teacher.tap(Tap.hidden(j + 1))).toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += flow[0][j] * 2 * difference[i] / difference.length;
      }
    }
    assertThat(found).containsExactly(values, within(1e-7));
    teacher.taps().values().forEach(Gradients::assertNone);
  }

  private static NDArray distance(Outputs student, int own, Outputs teacher, int other) {
    return new HiddenState(false)
        .loss(student.tap(Tap.hidden(own + 1)), teacher.tap(Tap.hidden(other + 1)), null);
  }
}
