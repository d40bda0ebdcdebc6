package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A training small enough for a test, and its parts to change. */
final class TinyTraining {
  private static final String OTHERS =
      ",ratio=2,head-size=16,vocabulary=50,positions=16,classes=3,pooling=first";

  /** The super-net. */
  static final Architecture NET = net(2, 32, 2);

  /** Eight sub-networks of it. */
  static final SearchSpace SPACE = SearchSpace.of(
      NET.family(),
      ImmutableMap.of(
          "layers", Dimension.of("layers", "1..2"),
          "hidden", Dimension.of("hidden", "16..32/16"),
          "heads", Dimension.of("heads", "1..2")),
      ImmutableMap.of(
          "ratio", Value.of(2),
          "head-size", Value.of(16),
          "vocabulary", Value.of(50),
          "positions", Value.of(16),
          "classes", Value.of(3),
          "pooling", Value.of("first")),
      ImmutableList.of());

  /** Plain gradient descent at a large rate, so that differences of weights show gradients. */
  static final OptimizerOptions DESCENT = descent(0);

  private static final int SEQUENCE = 6;

  final NDManager manager;
  long seed = 7;
  long steps = 5;
  int accumulate = 1;
  double dropout = 0;
  long checkpointEvery = 0;
  int patience = 3;
  OptimizerOptions optimizer = OptimizerOptions.adamw(5e-3);
  ArchitectureSampler sampler = ArchitectureSampler.fixed(NET);

  ImmutableSet<String> frozen = ImmutableSet.of();

  @Nullable
  Teacher teacher;

  ImmutableList<WeightedObjective> objectives = terms(new CrossEntropy());
  BatchSource batches = batches(8);
  Kernels kernels = ScriptedKernels.float32();
  SharedWeights student;

  TinyTraining(NDManager manager) {
    this.manager = manager;
    this.student = shared(11);
  }

  /** Everything at once: sandwich, dropout, a teacher, a fit layer, fused attention. */
  static TinyTraining everything(NDManager manager) {
    TinyTraining tiny = new TinyTraining(manager);
    tiny.dropout = 0.1;
    tiny.kernels = ScriptedKernels.float32();
    tiny.sampler = new Sandwich(SPACE, true, true, 1);
    tiny.teacher = tiny.teacher(net(2, 48, 3), new EagerKernels());
    tiny.objectives = terms(new CrossEntropy(), new LogitKd(2), new HiddenState(true));
    return tiny;
  }

  static Architecture net(int layers, int hidden, int heads) {
    return Architecture.parse(
        "bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads + OTHERS);
  }

  /** The same with gradients clipped. */
  static OptimizerOptions descent(double clip) {
    return new OptimizerOptions(
        OptimizerOptions.Name.SGD, 50, 0, 0, 1e-8, 0, 0, clip, 0, OptimizerOptions.Decay.CONSTANT);
  }

  /** Fresh shared weights; the same for the same seed. */
  SharedWeights shared(long weightsSeed) {
    return new SharedWeights(
        InitialWeights.random(NET, new RandomStreams(weightsSeed), manager), new LeadingSlicing());
  }

  /** A teacher with random weights. */
  Teacher teacher(Architecture architecture, Kernels own) {
    return new FrozenTeacher(
        Network.of(architecture, own),
        InitialWeights.random(architecture, new RandomStreams(99), manager));
  }

  /** Each objective with weight 1 under its own name. */
  static ImmutableList<WeightedObjective> terms(Objective... objectives) {
    return ImmutableList.copyOf(objectives).stream()
        .map(each -> new WeightedObjective(each.name(), 1, each))
        .collect(ImmutableList.toImmutableList());
  }

  /** Random tokens; the label is the first one modulo 3, so there is something to learn. */
  static BatchSource batches(int size) {
    return (number, manager) -> batch(number, 0, size, manager);
  }

  /** Some rows of a batch; row i is the same whatever the others are. */
  static TextBatch batch(long number, int from, int to, NDManager manager) {
    int rows = to - from;
    long[] ids = new long[rows * SEQUENCE];
    float[] mask = new float[rows * SEQUENCE];
    long[] labels = new long[rows];
    int[] indices = new int[rows];
    for (int row = 0; row < rows; row++) {
      RandomGenerator random = new RandomStreams(5).at("data", number, from + row);
      int length = 2 + random.nextInt(SEQUENCE - 1);
      for (int at = 0; at < length; at++) {
        ids[row * SEQUENCE + at] = random.nextInt(50);
        mask[row * SEQUENCE + at] = 1;
      }
      labels[row] = ids[row * SEQUENCE] % 3;
      indices[row] = from + row;
    }
    Shape shape = new Shape(rows, SEQUENCE);
    return new TextBatch(
        manager.create(ids, shape),
        manager.create(new long[ids.length], shape),
        manager.create(mask, shape),
        manager.create(labels),
        indices);
  }

  Stage stage() {
    return new Stage(
        "tiny",
        new RandomStreams(seed),
        student,
        frozen,
        sampler,
        objectives.stream()
            .map(each -> each.teacher() == null ? each.from(teacher) : each)
            .collect(ImmutableList.toImmutableList()),
        batches,
        new Stage.Options(steps, accumulate, dropout, optimizer, checkpointEvery, patience),
        kernels);
  }

  Trainer trainer() {
    return new Trainer(stage(), manager);
  }

  /** Trains from the start to the end and gives the digest of the weights. */
  String train() {
    try (Trainer trainer = trainer()) {
      trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
      return digest(trainer.state().weights());
    }
  }

  /** The numbers of the student's tensors by name. */
  Map<String, float[]> values() {
    return values(student.full().tensors());
  }

  static Map<String, float[]> values(Map<String, NDArray> tensors) {
    return tensors.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().toFloatArray()));
  }

  /** SHA-256 of names and bytes. */
  static String digest(Map<String, NDArray> tensors) {
    Hasher hasher = Hashing.sha256().newHasher();
    tensors.forEach((name, tensor) -> {
      hasher.putString(name, StandardCharsets.UTF_8);
      hasher.putBytes(tensor.toByteBuffer());
    });
    return hasher.hash().toString();
  }
}
