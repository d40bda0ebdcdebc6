package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.procedure.CodebookMapping;
import dev.retort.distill.objective.procedure.LevelContrast;
import dev.retort.distill.objective.procedure.StudentHistory;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * DCKD's two losses of a prior's features with their procedure in small: an earlier student gives
 * the negatives, once for the images as they are and twice for noisy ones.
 *
 * <p>B batch, K negatives, H and W of the large image. Images are 0 to 1.
 *
 * @param prior what looks at images
 * @param part which of the two losses
 * @param past the student's; null: of no student yet
 */
record DynamicContrast(Prior prior, Part part, @Nullable Past past) implements StudentBound {
  /** The ratio of the distances of the deepest features, over the last tenth of the steps. */
  static final String RATIO = "contrast-ratio";

  /** How far the earlier student's weights are from the student's when it is first renewed. */
  static final String AGE = "history-distance";

  private static final int NEGATIVES = 3;
  private static final double LARGEST_NOISE = 30 / 255.0;
  private static final double SMALLEST_NOISE = 1 / 255.0;

  /** The authors' for their three deepest levels; the floor is ours. */
  private static final LevelContrast CONTRAST =
      new LevelContrast(ImmutableList.of(1 / 8.0, 1 / 4.0, 1.0), 0.1, 0.01);

  private static final CodebookMapping MAPPING = new CodebookMapping();

  /** For trainings of some hundred steps where the authors have 250,000. */
  private static final StudentHistory HISTORY =
      new StudentHistory(0.1, ImmutableList.of(40), 100_000);

  private static final StudentHistory AVERAGE = new StudentHistory(0.99, ImmutableList.of(1), 1);

  /** Which loss. */
  enum Part {
    /** Near the teacher's features, away from those of the earlier student. */
    CONTRAST,
    /** The teacher's distribution over the codebook. */
    DISTRIBUTION
  }

  DynamicContrast(Prior prior, Part part) {
    this(prior, part, null);
  }

  /** What is kept of a student: mutable, for one training on one thread. */
  static final class Past {
    private final Weights student;
    private final Weights average;
    private final Weights history;
    private final List<Double> ratios = new ArrayList<>();
    private long iteration;
    private double age;

    private Past(Weights student, NDManager manager) {
      this.student = student;
      this.average = student.copy(manager);
      this.history = student.copy(manager);
    }

    /** What the step before has done to the student. */
    private void follow() {
      if (iteration > 0) {
        AVERAGE.update(average.tensors(), student.tensors());
        if (HISTORY.updates(iteration)) {
          HISTORY.update(history.tensors(), average.tensors());
          age = age == 0 ? distance() : age;
        }
      }
      iteration++;
    }

    private double distance() {
      double sum = 0;
      try (Autograd off = Autograd.off()) {
        for (String name : student.tensors().keySet()) {
          sum += student.get(name).sub(history.get(name)).abs().mean().getFloat();
        }
      }
      return sum / student.tensors().size();
    }
  }

  @Override
  public String name() {
    return part == Part.CONTRAST ? "dckd-contrast" : "dckd-distribution";
  }

  @Override
  public DynamicContrast of(Weights student, NDManager manager) {
    return new DynamicContrast(prior, part, new Past(student, manager));
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    return new Needs(true, false, true, ImmutableSet.of(), ImmutableSet.of());
  }

  @Override
  public ImmutableMap<String, Double> measures() {
    if (past == null || past.ratios.isEmpty()) {
      return ImmutableMap.of();
    }
    List<Double> last = past.ratios.subList(past.ratios.size() * 9 / 10, past.ratios.size());
    double sum = 0;
    for (double each : last) {
      sum += each;
    }
    return ImmutableMap.of(RATIO, sum / last.size(), AGE, past.age);
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    Past own = Objects.requireNonNull(past, "it is of a student");
    ImageBatch batch = (ImageBatch) inputs.batch();
    List<NDArray> student = prior.levels(seen(inputs.student().requireLogits()), batch);
    List<NDArray> teacher;
    try (Autograd off = Autograd.off()) {
      teacher = prior.levels(seen(inputs.requireTeacher().requireLogits()), batch);
    }
    int deepest = student.size() - 1;
    if (part == Part.DISTRIBUTION) {
      NDArray codes = student.get(0).getManager().create(prior.codes());
      return MAPPING.loss(
          Prior.rows(student.get(deepest)), Prior.rows(teacher.get(deepest)), codes);
    }
    own.follow();
    List<NDArray> negatives = negatives(own, batch);
    List<LevelContrast.Level> levels = new ArrayList<>();
    for (int level = 0; level <= deepest; level++) {
      levels.add(
          new LevelContrast.Level(student.get(level), teacher.get(level), negatives.get(level)));
    }
    own.ratios.add((double) CONTRAST.terms(levels).get(deepest).getFloat());
    return CONTRAST.loss(levels);
  }

  /** The features of what the earlier student gives, each level [K,B,D,H,W]. */
  private List<NDArray> negatives(Past own, ImageBatch batch) {
    try (Autograd off = Autograd.off()) {
      NDList inputs = new NDList(batch.pixels());
      while (inputs.size() < NEGATIVES) {
        inputs.add(degraded(batch.pixels(), own.iteration, inputs.size()));
      }
      NDArray all = NDArrays.concat(inputs);
      ImageBatch many = new ImageBatch(all, batch.labels(), batch.indices());
      NDArray large = Network.of(own.student.architecture(), new EagerKernels())
          .forward(own.history, many, Request.LOGITS)
          .requireLogits();
      return prior.levels(seen(large), batch).stream()
          .map(level -> {
            Shape shape = level.getShape();
            return level.reshape(
                new Shape(NEGATIVES, shape.get(0) / NEGATIVES).addAll(shape.slice(1)));
          })
          .toList();
    }
  }

  /** Noise of a strength that is drawn, and half of the time no colour. */
  private static NDArray degraded(NDArray pixels, long iteration, int copy) {
    RandomGenerator random = new RandomStreams(0).at("degraded", iteration, copy);
    double strength = random.nextDouble(SMALLEST_NOISE, LARGEST_NOISE);
    float[] noise = new float[(int) pixels.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (strength * random.nextGaussian());
    }
    NDArray grey = random.nextBoolean()
        ? pixels.mean(new int[] {1}, true).broadcast(pixels.getShape())
        : pixels;
    return grey.add(pixels.getManager().create(noise, pixels.getShape()));
  }

  /** Images of 0 to 1 as the prior is given them, -1 to 1. */
  private static NDArray seen(NDArray images) {
    return images.add(images).add(-1f);
  }
}
