package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.objective.procedure.GradientStatistics;
import dev.retort.distill.objective.procedure.VarianceReduction;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * KDVR on Fashion-MNIST's pixels: a linear soft-max student learns by plain SGD from one of its own
 * shape; how much do the gradients of single samples vary? N samples, D pixels, C classes.
 */
final class VarianceFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("images", "6000", "epochs", "1", "teacher-epochs", "10", "probe", "300");

  private static final String VARIANCE = "gradient-variance";
  private static final String IDENTITY = "identity-error";
  private static final String BEST = "best-weight";
  private static final String LEAST = "weight-of-least-variance";
  private static final String ACCURACY = "accuracy";
  private static final String ONE = "one";
  private static final String PLAIN = "lambda-0";
  private static final int CLASSES = 10;
  private static final int BATCH = 10;
  private static final double RATE = 0.05;
  private static final int GRID = 20;
  private static final long TEACHER_SEED = 1000;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final NDArray images;
  private final NDArray labels;
  private final long[] classes;
  private final NDArray testImages;
  private final long[] testClasses;
  private final Dataset<ImageExample> train;
  private final NDArray teacher;

  VarianceFixture(Arguments given, PrintStream out) {
    this.given = given;
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> all =
        task.read(given.folder("data"), Task.Split.TRAIN, task.preprocessing());
    this.train = Subset.firstPerClass(all, given.count("images") / CLASSES);
    Dataset<ImageExample> test =
        task.read(given.folder("data"), Task.Split.TEST, task.preprocessing());
    try (Autograd off = Autograd.off()) {
      this.images = rows(train);
      this.classes = classes(train);
      this.labels = shares(classes);
      this.testImages = rows(test);
      this.testClasses = classes(test);
      out.println("the linear teacher learns");
      this.teacher = manager.zeros(new Shape(CLASSES, images.getShape().get(1)));
      learn(teacher, new VarianceReduction(0, 1), given.positive("teacher-epochs"), TEACHER_SEED);
    }
  }

  /** All images as rows [N,D]. */
  private NDArray rows(Dataset<ImageExample> data) {
    int[] indices = new int[data.size()];
    Arrays.setAll(indices, i -> i);
    try (NDManager scratch = manager.newSubManager()) {
      NDArray rows =
          ((ImageBatch) data.batch(scratch, indices, null)).pixels().reshape(data.size(), -1);
      rows.attach(manager);
      return rows;
    }
  }

  private static long[] classes(Dataset<ImageExample> data) {
    long[] classes = new long[data.size()];
    Arrays.setAll(classes, i -> (long) data.label(i));
    return classes;
  }

  private NDArray shares(long[] of) {
    float[] shares = new float[of.length * CLASSES];
    for (int i = 0; i < of.length; i++) {
      shares[i * CLASSES + (int) of[i]] = 1;
    }
    return manager.create(shares, new Shape(of.length, CLASSES));
  }

  /** Plain SGD on the method's loss; of a linear model, without a bias. */
  private void learn(NDArray weights, VarianceReduction how, double epochs, long seed) {
    BatchPlan plan = new BatchPlan(train, BATCH, new RandomStreams(seed));
    long steps = Math.max(1, Math.round(epochs * plan.batchesPerEpoch()));
    for (long step = 0; step < steps; step++) {
      try (NDManager scope = manager.newSubManager()) {
        long[] chosen = Arrays.stream(plan.batch(step)).mapToLong(i -> i).toArray();
        NDArray indices = scope.create(chosen);
        NDArray x = taken(images, indices);
        NDArray y = taken(labels, indices);
        NDArray gradient;
        try (Autograd recording = Autograd.recording()) {
          NDArray leaf = Autograd.leaf(weights, scope);
          NDArray fixed = how.lambda() == 0 ? x.matMul(leaf.transpose()) : taught(x);
          NDArray loss = how.loss(x.matMul(leaf.transpose()), fixed, y);
          Autograd.backward(loss);
          gradient = Objects.requireNonNull(Autograd.gradient(leaf));
        }
        try (Autograd off = Autograd.off()) {
          weights.subi(Scaling.by(gradient, RATE));
        }
      }
    }
  }

  private NDArray taught(NDArray x) {
    return x.matMul(teacher.transpose());
  }

  /** The rows of some indices, in their manager. */
  private static NDArray taken(NDArray rows, NDArray indices) {
    NDArray view = rows.stopGradient();
    view.attach(indices.getManager());
    long width = rows.getShape().get(1);
    return view.gather(
        indices.reshape(indices.size(), 1).broadcast(new Shape(indices.size(), width)), 0);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Fashion-MNIST: %d images, %d to test on; a linear soft-max student without bias on the"
            + " pixels, %s epochs of plain SGD at %s in batches of %d, from zero; the teacher is of"
            + " its shape, %s epochs of the same; temperature 1; variance of the loss's gradient"
            + " over the first %s images of another order.",
        train.size(),
        testClasses.length,
        given.text("epochs"),
        RATE,
        BATCH,
        given.text("teacher-epochs"),
        given.text("probe"));
  }

  @Override
  public Headline headline() {
    return new Headline(VARIANCE, "variance of the gradient", false, 3);
  }

  @Override
  public ImmutableList<Headline> details() {
    return ImmutableList.of(
        new Headline(ACCURACY, "test accuracy, %", true, 2),
        new Headline(BEST, "weight by Cov / Var", true, 3),
        new Headline(LEAST, "weight of least variance measured", true, 3));
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher is right on %.2f %% of the test images.",
        100 * accuracy(teacher));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    ImmutableList.Builder<Entrant> entrants = ImmutableList.builder();
    entrants.add(entrant(0));
    for (double lambda : new double[] {0.3, 0.5, 0.7}) {
      entrants.add(entrant(lambda)
          .must(
              Sharper.below("variance below that of labels alone", VARIANCE, PLAIN),
              new Sharper(
                  "largest error of the identity of gradients below a millionth",
                  IDENTITY,
                  false,
                  1e-6,
                  ONE,
                  ""),
              new Sharper(
                  "variance at the best weight below that at any other tried, times 1.001",
                  BEST + VARIANCE,
                  false,
                  1.001,
                  LEAST + VARIANCE,
                  "")));
    }
    return entrants.build();
  }

  private static Entrant entrant(double lambda) {
    String name = "lambda-" + Numbers.plain(lambda);
    return Entrant.of(name, Term.of(name, 1)).against(PLAIN);
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    double lambda = Double.parseDouble(entrant.name().substring("lambda-".length()));
    VarianceReduction how = new VarianceReduction(lambda, 1);
    long begin = System.nanoTime();
    NDArray weights;
    try (Autograd off = Autograd.off()) {
      weights = owner.zeros(teacher.getShape());
      learn(weights, how, given.positive("epochs"), seed);
    }
    double milliseconds = (System.nanoTime() - begin) / 1e6;
    try (NDManager scope = owner.newSubManager();
        Autograd off = Autograd.off()) {
      return Trial.of(ImmutableMap.<String, Double>builder()
          .putAll(measures(weights, how, seed, scope))
          .put(ACCURACY, 100 * accuracy(weights))
          .put(ONE, 1.0)
          .put(Trial.STEP, milliseconds)
          .buildOrThrow());
    }
  }

  private ImmutableMap<String, Double> measures(
      NDArray weights, VarianceReduction how, long seed, NDManager scope) {
    int probe = given.count("probe");
    int[] chosen = new BatchPlan(train, probe, new RandomStreams(~seed)).batch(0);
    NDArray indices = scope.create(Arrays.stream(chosen).mapToLong(i -> i).toArray());
    NDArray x = taken(images, indices);
    NDArray y = taken(labels, indices);
    double lambda = how.lambda();
    NDArray soft = taught(x).softmax(1);
    NDArray mixed = Scaling.by(y, 1 - lambda).add(Scaling.by(soft, lambda));
    NDArray own = GradientStatistics.softmaxLinear(weights, x, mixed);
    NDArray student = GradientStatistics.softmaxLinear(weights, x, y);
    NDArray other = GradientStatistics.softmaxLinear(teacher, x, y);
    double error = own.sub(how.modified(student, other)).abs().max().getFloat();
    double best = VarianceReduction.best(student, other);
    double least = 0;
    double leastVariance = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= GRID; i++) {
      double tried = i / (double) GRID;
      double variance = variance(student, other, tried);
      if (variance < leastVariance) {
        leastVariance = variance;
        least = tried;
      }
    }
    return ImmutableMap.of(
        VARIANCE,
        GradientStatistics.variance(own),
        IDENTITY,
        error,
        BEST,
        best,
        LEAST,
        least,
        BEST + VARIANCE,
        variance(student, other, best),
        LEAST + VARIANCE,
        leastVariance);
  }

  private static double variance(NDArray student, NDArray other, double lambda) {
    try (NDArray modified = new VarianceReduction(lambda, 1).modified(student, other)) {
      return GradientStatistics.variance(modified);
    }
  }

  private double accuracy(NDArray weights) {
    try (Autograd off = Autograd.off();
        NDManager scope = manager.newSubManager()) {
      NDArray view = testImages.stopGradient();
      view.attach(scope);
      long[] found = view.matMul(weights.transpose()).argMax(1).toLongArray();
      int right = 0;
      for (int i = 0; i < found.length; i++) {
        right += found[i] == testClasses[i] ? 1 : 0;
      }
      return right / (double) found.length;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
