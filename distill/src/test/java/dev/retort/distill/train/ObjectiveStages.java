package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Objectives;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Small trainings by one objective each, on what it is made for. */
final class ObjectiveStages {
  private static final int SIDE = 8;
  private static final int BATCH = 8;
  private static final String TEXT =
      ",ratio=2,head-size=8,vocabulary=50,positions=16,classes=3,pooling=first";
  private static final String IMAGES = ",resolution=8";
  private static final String AREAS = ",resolution=8,regions=1,decoder=4";
  private static final ImmutableSet<String> OF_TOKENS = ImmutableSet.of("distillm", "okd", "ctcd");
  private static final ImmutableSet<String> OF_POINTS =
      ImmutableSet.of("landmark-main", "landmark-assist");
  private static final ImmutableSet<String> OF_MAPS =
      ImmutableSet.of("fitnets", "at", "rkd", "crd", "dfa");
  private static final ImmutableSet<String> OF_NUMBERS = ImmutableSet.of("mse", "l1");

  /** What must be given where there are no defaults that such small networks and data have. */
  private static final ImmutableMap<String, Map<String, Object>> OPTIONS = ImmutableMap.of(
      "crd", Map.of("examples", 16, "negatives", 6, "width", 8),
      "mi-alpha", Map.of("hidden", 8, "width", 4));

  private ObjectiveStages() {}

  /** A training of a student of a teacher by an objective with options, defaults filled in. */
  static Trainer trainer(String objective, Map<String, Object> options, NDManager manager) {
    Architecture student = network(objective, "layers=2,hidden=16,heads=2", "depth=1/1,width=4/8");
    Architecture teacher = network(objective, "layers=3,hidden=24,heads=2", "depth=2/2,width=8/16");
    Teacher from = new FrozenTeacher(
        Network.of(teacher, new EagerKernels()),
        InitialWeights.random(teacher, new RandomStreams(99), manager));
    Map<String, Object> all = ImmutableMap.<String, Object>builder()
        .putAll(OPTIONS.getOrDefault(objective, Map.of()))
        .putAll(options)
        .buildKeepingLast();
    WeightedObjective term = new WeightedObjective(objective, 1, Objectives.create(objective, all));
    return new Trainer(
        new Stage(
            "objective",
            new RandomStreams(7),
            new SharedWeights(
                InitialWeights.random(student, new RandomStreams(11), manager),
                new LeadingSlicing()),
            ImmutableSet.of(),
            ArchitectureSampler.fixed(student),
            ImmutableList.of(term.from(from)),
            batches(objective),
            new Stage.Options(10, 1, 0, OptimizerOptions.adamw(5e-3), 0, 3),
            new EagerKernels()),
        manager);
  }

  private static Architecture network(String objective, String layers, String stages) {
    if (objective.equals("rfkd")) {
      return Architecture.parse("resnet-segmentation:" + stages + AREAS);
    }
    if (OF_POINTS.contains(objective)) {
      return Architecture.parse("resnet-landmarks:" + stages + IMAGES + ",points=5");
    }
    return Architecture.parse(
        OF_MAPS.contains(objective)
            ? "resnet:" + stages + IMAGES + ",classes=3"
            : "bert:" + layers + TEXT + (OF_TOKENS.contains(objective) ? ",head=tokens" : ""));
  }

  private static BatchSource batches(String objective) {
    if (objective.equals("rfkd")) {
      return ObjectiveStages::areas;
    }
    if (OF_POINTS.contains(objective)) {
      return (number, owner) -> labelled(TinyImages.batch(number, BATCH, owner), 10);
    }
    if (OF_MAPS.contains(objective)) {
      return (number, owner) -> TinyImages.batch(number, BATCH, owner);
    }
    if (OF_TOKENS.contains(objective)) {
      return ObjectiveStages::tokens;
    }
    return OF_NUMBERS.contains(objective)
        ? ObjectiveStages::numbers
        : (number, owner) -> TinyTraining.batch(number, 0, BATCH, owner);
  }

  /** The places and labels of two tokens of each text. */
  private static TextBatch tokens(long number, NDManager owner) {
    TextBatch text = TinyTraining.batch(number, 0, BATCH, owner);
    long length = text.ids().getShape().get(1);
    long[] places = new long[2 * BATCH];
    long[] labels = new long[2 * BATCH];
    for (int i = 0; i < places.length; i++) {
      places[i] = i / 2 * length + i % 2;
      labels[i] = i % 3;
    }
    return new TextBatch(
        text.ids(),
        text.types(),
        text.mask(),
        owner.create(labels),
        owner.create(places),
        text.indices());
  }

  private static TextBatch numbers(long number, NDManager owner) {
    TextBatch text = TinyTraining.batch(number, 0, BATCH, owner);
    NDArray labels = random(number, owner, BATCH, 3);
    return new TextBatch(text.ids(), text.types(), text.mask(), labels, text.indices());
  }

  private static ImageBatch labelled(ImageBatch batch, int numbers) {
    NDArray labels = random(1, batch.pixels().getManager(), BATCH, numbers);
    return new ImageBatch(batch.pixels(), labels, batch.indices());
  }

  /** The foreground is the left half. */
  private static ImageBatch areas(long number, NDManager owner) {
    ImageBatch batch = TinyImages.batch(number, BATCH, owner);
    float[] area = new float[BATCH * SIDE * SIDE];
    for (int i = 0; i < area.length; i++) {
      area[i] = i % SIDE < SIDE / 2 ? 1 : 0;
    }
    return new ImageBatch(
        batch.pixels(), owner.create(area, new Shape(BATCH, SIDE, SIDE)), batch.indices());
  }

  private static NDArray random(long number, NDManager owner, int rows, int columns) {
    RandomGenerator random = new RandomStreams(5).at("labels", number);
    float[] numbers = new float[rows * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return owner.create(numbers, new Shape(rows, columns));
  }
}
