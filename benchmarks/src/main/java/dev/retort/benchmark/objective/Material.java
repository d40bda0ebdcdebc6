package dev.retort.benchmark.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Tap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What objectives are measured on: two networks and the logits and labels of one batch, B = 32
 * examples, text of S = 128 tokens without padding.
 */
enum Material {
  /** Two classes of texts. */
  TWO("logits [32, 2]", Kind.CLASSES, Networks.text("classes=2"), 32, 2),
  /** A thousand classes of texts. */
  THOUSAND("logits [32, 1000]", Kind.CLASSES, Networks.text("classes=1000"), 32, 1000),
  /** Eight classes of each of the 32 x 128 tokens. */
  TOKENS("logits of tokens [4096, 8]", Kind.TOKENS, Networks.text("classes=8"), 4096, 8),
  /** One score of a text. */
  SCORES("scores [32]", Kind.SCORES, Networks.text("classes=1"), 32, 1),
  /** The coordinates of 68 points in images. */
  LANDMARKS(
      "coordinates [32, 136]",
      Kind.COORDINATES,
      Networks.images("resnet-landmarks", "points=68"),
      32,
      136),
  /** One area in images. */
  AREAS(
      "logits of pixels [32, 1, 32, 32]",
      Kind.AREAS,
      Networks.images("resnet-segmentation", "decoder=64,regions=1"),
      32,
      1,
      32,
      32),
  /** Inner features of Transformers, all 384 wide. */
  HIDDEN("features of texts [32, 128, 384]", Kind.FEATURES, Networks.text("classes=2"), 32, 2),
  /** Inner features of ResNets, the last stage's. */
  MAPS(
      "features of images [32, 64, 8, 8]",
      Kind.FEATURES,
      Networks.images("resnet", "classes=100"),
      32,
      100);

  /** What the labels are. */
  enum Kind {
    CLASSES,
    TOKENS,
    SCORES,
    COORDINATES,
    AREAS,
    FEATURES
  }

  /** The student, and a teacher twice as deep. */
  private record Networks(Architecture student, Architecture teacher) {
    static Networks text(String head) {
      // Objectives see no embeddings: a small vocabulary keeps what is prepared small.
      String rest = ",vocabulary=1000,hidden=384,heads=12,head-size=32,ratio=4," + head;
      return new Networks(
          Architecture.parse("bert:layers=6" + rest), Architecture.parse("bert:layers=12" + rest));
    }

    static Networks images(String family, String head) {
      String rest = ",width=16/32/64,resolution=32," + head;
      return new Networks(
          Architecture.parse(family + ":depth=3/3/3" + rest),
          Architecture.parse(family + ":depth=6/6/6" + rest));
    }
  }

  /** B. */
  static final int BATCH = 32;

  /** S. */
  static final int SEQUENCE = 128;

  private static final int SIDE = 32;
  private static final int PLANES = 3;
  private static final RandomStreams STREAMS = new RandomStreams(1);

  private final String title;
  private final Kind kind;
  private final Networks networks;
  private final Shape logits;

  Material(String title, Kind kind, Networks networks, long... logits) {
    this.title = title;
    this.kind = kind;
    this.networks = networks;
    this.logits = new Shape(logits);
  }

  String title() {
    return title;
  }

  Kind kind() {
    return kind;
  }

  Architecture student() {
    return networks.student();
  }

  Architecture teacher() {
    return networks.teacher();
  }

  /** Logits (or what is in their place) as a trained network's: normal, deviation 2. */
  NDArray logits(String whose, NDManager manager) {
    return normal(whose, 2, logits, manager);
  }

  /** An inner feature of the batch: normal, or distributions where it is of attention. */
  NDArray feature(String whose, Tap tap, Shape ofOne, NDManager manager) {
    long[] shape = ofOne.getShape().clone();
    shape[0] = BATCH;
    NDArray values = normal(whose + tap.name(), 1, new Shape(shape), manager);
    return tap.name().endsWith(".attention") ? values.softmax(-1) : values;
  }

  /** The batch that both networks see. */
  Batch batch(NDManager manager) {
    return batch(BATCH, manager);
  }

  /** A batch of one, which tells the shapes of features. */
  Batch example(NDManager manager) {
    return batch(1, manager);
  }

  private Batch batch(int size, NDManager manager) {
    NDArray labels = labels(manager);
    int[] indices = IntStream.range(0, size).toArray();
    if (!student().has("vocabulary")) {
      Shape pixels = new Shape(size, PLANES, SIDE, SIDE);
      return new ImageBatch(normal("pixels", 1, pixels, manager), labels, indices);
    }
    int vocabulary = student().integer("vocabulary");
    RandomGenerator random = STREAMS.at("tokens", 0);
    long[] ids = random.longs((long) size * SEQUENCE, 0, vocabulary).toArray();
    Shape shape = new Shape(size, SEQUENCE);
    return new TextBatch(
        manager.create(ids, shape),
        manager.create(new long[ids.length], shape),
        manager.ones(shape),
        labels,
        indices);
  }

  private NDArray labels(NDManager manager) {
    long rows = logits.get(0);
    return switch (kind) {
      case CLASSES, TOKENS, FEATURES -> classes(new Shape(rows), manager);
      case AREAS -> classes(new Shape(rows, SIDE, SIDE), manager);
      case SCORES -> normal("labels", 1, new Shape(rows), manager);
      case COORDINATES -> normal("labels", 1, logits, manager);
    };
  }

  private NDArray classes(Shape shape, NDManager manager) {
    long several = Math.max(2, logits.get(1)); // one logit tells two apart
    long[] labels = STREAMS.at("labels", 0).longs(shape.size(), 0, several).toArray();
    return manager.create(labels, shape);
  }

  /** In the engine's memory: an array over Java's may lie at any alignment. */
  private static NDArray normal(String what, double scale, Shape shape, NDManager manager) {
    RandomGenerator random = STREAMS.at(what, 0);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    try (NDArray borrowed = manager.create(values, shape)) {
      return borrowed.duplicate();
    }
  }
}
