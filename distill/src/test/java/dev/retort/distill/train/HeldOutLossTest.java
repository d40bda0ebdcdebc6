package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldOutLossTest {
  private static final String OTHERS =
      ",ratio=2,head-size=16,vocabulary=50,positions=16,classes=3,pooling=first";
  private static final int[] LENGTHS = {16, 13, 12, 12, 9, 7, 5, 5, 4, 3, 2};

  private final NDManager manager = NDManager.newBaseManager();
  private final Kernels kernels = ScriptedKernels.float32();
  private final Architecture teacher =
      Architecture.parse("bert:layers=2,hidden=48,heads=3" + OTHERS);
  private final Architecture net = Architecture.parse("bert:layers=3,hidden=32,heads=2" + OTHERS);
  private final SharedWeights shared = new SharedWeights(
      InitialWeights.random(net, new RandomStreams(11), manager), new LeadingSlicing());

  @AfterEach
  void close() {
    manager.close();
  }

  private Teacher teacher() {
    return new FrozenTeacher(
        Network.of(teacher, kernels),
        InitialWeights.random(teacher, new RandomStreams(99), manager));
  }

  private ImmutableList<WeightedObjective> terms(Teacher from) {
    List<Objective> objectives = List.of(
        new SelfAttentionRelation(SelfAttentionRelation.Form.KL_RELATIONS, 8), new LogitKd(2));
    return objectives.stream()
        .map(each -> new WeightedObjective(each.name(), 1, each).from(from))
        .collect(ImmutableList.toImmutableList());
  }

  /** The texts, so many a batch. */
  private ImmutableList<Batch> batches(int size) {
    ImmutableList.Builder<Batch> batches = ImmutableList.builder();
    for (int from = 0; from < LENGTHS.length; from += size) {
      int count = Math.min(size, LENGTHS.length - from);
      int longest = LENGTHS[from];
      long[] ids = new long[count * longest];
      float[] mask = new float[ids.length];
      for (int text = 0; text < count; text++) {
        RandomGenerator random = new RandomStreams(3).at("text", from + text);
        for (int i = 0; i < LENGTHS[from + text]; i++) {
          ids[text * longest + i] = random.nextInt(50);
          mask[text * longest + i] = 1;
        }
      }
      Shape shape = new Shape(count, longest);
      batches.add(new TextBatch(
          manager.create(ids, shape),
          manager.create(new long[ids.length], shape),
          manager.create(mask, shape),
          manager.create(new long[count]),
          IntStream.range(from, from + count).toArray()));
    }
    return batches.build();
  }

  private static int[] order(HeldOutLoss heldOut) {
    return IntStream.range(0, heldOut.sizes().length).toArray();
  }

  private ImmutableMap<String, Double> score(HeldOutLoss heldOut, Architecture sub, int[] order)
      throws InterruptedException {
    try (NDManager views = manager.newSubManager()) {
      Weights weights = shared.view(sub, views);
      return Objects.requireNonNull(heldOut.score(
          Network.of(sub, kernels), weights, ImmutableMap.of(), order, HeldOutLoss.Listener.NONE));
    }
  }

  private static List<Architecture> candidates() {
    List<Architecture> all = new ArrayList<>();
    for (String each : List.of(
        "layers=3,hidden=32,heads=2", "layers=1,hidden=16,heads=1", "layers=2,hidden=16,heads=2")) {
      all.add(Architecture.parse("bert:" + each + OTHERS));
    }
    return all;
  }

  @Test
  void howTextsArePutTogetherIsNoMatter() throws Exception {
    HeldOutLoss together = new HeldOutLoss(terms(teacher()), batches(4));
    HeldOutLoss alone = new HeldOutLoss(terms(teacher()), batches(1));
    for (Architecture sub : candidates()) {
      ImmutableMap<String, Double> padded = score(together, sub, order(together));
      score(alone, sub, order(alone)).forEach((term, value) -> assertThat(padded.get(term))
          .as("%s of %s", term, sub)
          .isCloseTo(value, within(1e-5 + 1e-4 * Math.abs(value))));
    }
  }

  @Test
  void theOrderInWhichBatchesAreRunChangesNoBit() throws Exception {
    HeldOutLoss heldOut = new HeldOutLoss(terms(teacher()), batches(4));
    for (Architecture sub : candidates()) {
      assertThat(score(heldOut, sub, new int[] {2, 0, 1}))
          .isEqualTo(score(heldOut, sub, order(heldOut)));
    }
  }

  @Test
  void theTeacherIsRunOnceForAll() throws Exception {
    CountingTeacher counting = new CountingTeacher(teacher());
    HeldOutLoss heldOut = new HeldOutLoss(terms(counting), batches(4));
    for (Architecture sub : candidates()) {
      HeldOutLoss first = new HeldOutLoss(terms(teacher()), batches(4));
      assertThat(score(heldOut, sub, order(heldOut))).isEqualTo(score(first, sub, order(first)));
    }
    assertThat(counting.runs()).as("runs of the teacher").isEqualTo(heldOut.sizes().length);
  }

  @Test
  void itCanBeGivenUpAndInterrupted() throws Exception {
    HeldOutLoss heldOut = new HeldOutLoss(terms(teacher()), batches(4));
    try (NDManager views = manager.newSubManager()) {
      List<Integer> run = new ArrayList<>();
      assertThat(heldOut.score(
              Network.of(net, kernels),
              shared.view(net, views),
              ImmutableMap.of(),
              new int[] {2, 1, 0},
              (batch, values) -> {
                run.add(batch);
                return batch != 1;
              }))
          .isNull();
      assertThat(run).containsExactly(2, 1);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> score(heldOut, net, order(heldOut)))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void scoringLeavesNoArrays() throws Exception {
    HeldOutLoss heldOut = new HeldOutLoss(terms(teacher()), batches(4));
    score(heldOut, net, order(heldOut));
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 5; i++) {
      score(heldOut, net, order(heldOut));
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
