package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.arithmetic.Bernoulli;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.Arrays;

/**
 * CRD, contrastive representation distillation: Tian et al., "Contrastive Representation
 * Distillation" (ICLR 2020, arXiv 1910.10699), as in megvii-research/mdistiller
 * (distillers/CRD.py).
 *
 * <p>One vector of each example of both networks goes through a linear layer of its own to width D
 * and is divided by its length: v_s, v_t. Two memories M_s, M_t [N,D] hold what each of the N
 * training examples gave last. For a row with the example's own index and K others:
 *
 * <ul>
 *   <li>p = exp(&lt;v_s, M_t[index]&gt; / T) / Z_s; Z_s is fixed by the first batch, as the mean of
 *       its exponentials times N; likewise q of v_t, M_s and Z_t;
 *   <li>with c = K / N and e = 1e-7: NCE(p) = -[sum_own log(p / (p + c + e)) + sum_others log(c /
 *       (p + c + e))] / B; L = NCE(p) + NCE(q);
 *   <li>after each training step M[own] = (M[own] / 2 + v / 2) over its length.
 * </ul>
 *
 * <p>Memories, Z and the count of draws are the objective's own tensors: no gradient moves them,
 * checkpoints keep them, and only a loss that is recorded writes them (scoring a sub-network does
 * not). A vector that is not finite is not remembered. Negatives are of other classes ("exact"), as
 * far as a label has been seen, or any examples. They are a function of the seed and the number of
 * the draw. An empty batch gives 0; one example is fine. Negatives are drawn by the host, which
 * reads what it must know of labels and draws: a GPU is waited for at each step.
 *
 * <p>mdistiller's weight is 0.8, beside cross-entropy of weight 1: {@code weight: 0.8}. It is for
 * training on the N examples alone: examples of other data have no row.
 *
 * @param attachment which features; the last by default
 * @param examples N, training examples; 50,000 by default, those of CIFAR-100
 * @param negatives K, drawn for each example; 16,384 by default
 * @param draw from which examples; of other classes by default
 * @param width D; 128 by default
 * @param temperature T, above 0; 0.07 by default
 * @param momentum the share of a memory that stays, from 0 to 1; 0.5 by default
 * @param tokens which vector stands for hidden states; their mean by default
 * @param seed of the draws; 0 by default
 */
public record Crd(
    Attachment attachment,
    int examples,
    int negatives,
    Negatives draw,
    int width,
    double temperature,
    double momentum,
    Vectors.Tokens tokens,
    int seed)
    implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "crd";

  private static final String STUDENT = "student";
  private static final String TEACHER = "teacher";
  private static final String MEMORY = "memory.";
  private static final String SCALE = "scale.";
  private static final String LABELS = "memory.labels";
  private static final String DRAWS = "draws";
  private static final double EPSILON = 1e-7;
  private static final int[] ONE = {0};

  /** Single numbers that are kept. */
  private static final int ONES = 3;

  private static final Option<Integer> EXAMPLES =
      Option.whole("examples", 50_000, 2, "number of training examples; 50000 are CIFAR-100's");
  private static final Option<Integer> NEGATIVES =
      Option.whole("negatives", 16_384, 1, "other examples drawn for each example");
  private static final Option<Negatives> DRAW =
      Option.word("draw", Negatives.OTHER_CLASSES, "which examples are negatives");
  private static final Option<Integer> WIDTH =
      Option.whole("width", 128, 1, "width of embeddings and memories");
  private static final Option<Double> TEMPERATURE =
      Option.positive("temperature", 0.07, "divides the products with memories");
  private static final Option<Double> MOMENTUM =
      Option.fraction("momentum", 0.5, "share of a memory that stays when it is written");
  private static final Option<Integer> SEED = Option.whole("seed", 0, 0, "of the draws");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "telling an example apart from others by the other network's memory of it")
      .from("Tian et al., ICLR 2020")
      .reads("features of both, mask, labels, places in the training data")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "megvii-research/mdistiller")
      .options(EXAMPLES, NEGATIVES, DRAW, WIDTH, TEMPERATURE, MOMENTUM, Rkd.TOKENS, SEED)
      .options(AttachmentOptions.ALL)
      .make(given -> new Crd(
          AttachmentOptions.of(given),
          given.get(EXAMPLES),
          given.get(NEGATIVES),
          given.get(DRAW),
          given.get(WIDTH),
          given.get(TEMPERATURE),
          given.get(MOMENTUM),
          given.get(Rkd.TOKENS),
          given.get(SEED)));

  /** Which examples are negatives. */
  public enum Negatives {
    /** Those of other classes: the authors' "exact". */
    OTHER_CLASSES,
    /** All, the example itself among them. */
    ANY
  }

  /** Checks the options. */
  public Crd {
    Checks.positive(NAME, "temperature", temperature);
    if (examples < 2 || negatives < 1 || width < 1 || seed < 0) {
      throw new IllegalArgumentException(NAME + " needs examples of at least 2, negatives and width"
          + " of at least 1 and a seed of at least 0, not (" + examples + "), (" + negatives
          + "), (" + width + "), (" + seed + ")");
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".momentum must be a number from 0 to 1, not (" + momentum + ")");
    }
  }

  /** Of the last features, with the authors' defaults but for the sizes. */
  public Crd(int examples, int negatives) {
    this(
        Attachment.LAST,
        examples,
        negatives,
        Negatives.OTHER_CLASSES,
        128,
        0.07,
        0.5,
        Vectors.Tokens.MEAN,
        0);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int remembers() {
    return examples;
  }

  @Override
  public boolean fit() {
    return false;
  }

  @Override
  public boolean sameWidth() {
    return false;
  }

  @Override
  public boolean readsLabels() {
    return draw == Negatives.OTHER_CLASSES;
  }

  @Override
  public ImmutableList<TensorSpec> tensors(Widths widths) {
    ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
    Axis to = Axis.of("embedding", width);
    Axis rows = Axis.of("examples", examples);
    Axis one = Axis.of("one", 1);
    for (String side : new String[] {STUDENT, TEACHER}) {
      int from = side.equals(STUDENT) ? widths.student() : widths.teacher();
      specs.add(
          TensorSpec.of(weight(side), TensorSpec.Role.CRITIC, to, Axis.of("width", from)),
          TensorSpec.of(bias(side), TensorSpec.Role.BIAS, to),
          TensorSpec.of(MEMORY + side, TensorSpec.Role.MEMORY, rows, to),
          TensorSpec.of(SCALE + side, TensorSpec.Role.KEPT, one));
    }
    specs.add(TensorSpec.of(DRAWS, TensorSpec.Role.KEPT, one));
    if (draw == Negatives.OTHER_CLASSES) {
      specs.add(TensorSpec.of(LABELS, TensorSpec.Role.KEPT, rows));
    }
    return specs.build();
  }

  private static String weight(String side) {
    return "embedding." + side + ".weight";
  }

  private static String bias(String side) {
    return "embedding." + side + ".bias";
  }

  @Override
  public NDArray loss(Features features) {
    ImmutableMap<String, NDArray> tensors = features.tensors();
    NDManager manager = features.student().getManager();
    NDArray student = embedded(STUDENT, features.student(), features);
    NDArray teacher = embedded(TEACHER, features.teacher(), features);
    int[] own = features.batch().indices();
    boolean writing = Autograd.isRecording();
    Kept kept = Kept.read(this, features);
    ContrastDraw draw = kept.draw();
    if (writing) {
      Rows.write(tensor(tensors, DRAWS), ONE, kept.draws() + 1.0);
      if (kept.classes().length > 0) {
        Rows.write(tensor(tensors, LABELS), own, draw.remember(own, kept.classes()));
      }
    }
    NDArray index = draw.next(manager, own);
    NDArray loss = direction(STUDENT, student, TEACHER, index, tensors, kept.student(), writing)
        .add(direction(TEACHER, teacher, STUDENT, index, tensors, kept.teacher(), writing));
    if (writing) {
      remember(tensor(tensors, MEMORY + STUDENT), own, student);
      remember(tensor(tensors, MEMORY + TEACHER), own, teacher);
    }
    return loss;
  }

  /** One vector of length 1 of each example. */
  private NDArray embedded(String side, NDArray feature, Features features) {
    FitLayer layer = FitLayer.of(NAME, features.tensors(), weight(side), bias(side));
    return UnitVectors.of(layer.forward(Vectors.of(feature, features.mask(), tokens)), 1);
  }

  private static NDArray tensor(ImmutableMap<String, NDArray> tensors, String name) {
    NDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(NAME + " needs its tensor " + name);
    }
    return tensor;
  }

  private NDArray direction(
      String side,
      NDArray vectors,
      String other,
      NDArray index,
      ImmutableMap<String, NDArray> tensors,
      double kept,
      boolean writing) {
    Contrast contrast = Contrast.of(vectors, tensor(tensors, MEMORY + other), index, temperature);
    double scale = kept;
    if (scale == 0 && index.size() > 0) {
      scale = scale(contrast.scores());
      if (writing && Double.isFinite(scale)) {
        Rows.write(tensor(tensors, SCALE + side), ONE, scale);
      }
    }
    double used = scale == 0 ? 1 : scale;
    return contrast.following(scores -> loss(scores, used));
  }

  /**
   * What the host must know to draw, read at once: a GPU is waited for once a step.
   *
   * @param draws how many batches were drawn for
   * @param student Z_s, 0 before the first batch
   * @param teacher Z_t
   * @param classes of the batch; empty where any examples are negatives
   * @param seen 1 + class of each example, 0 where it was not seen yet, [N]; likewise empty
   */
  private record Kept(
      Crd crd, float draws, float student, float teacher, float[] classes, float[] seen) {
    static Kept read(Crd crd, Features features) {
      ImmutableMap<String, NDArray> tensors = features.tensors();
      NDList all = new NDList(
          tensor(tensors, DRAWS),
          tensor(tensors, SCALE + STUDENT),
          tensor(tensors, SCALE + TEACHER));
      int own = 0;
      if (crd.draw() == Negatives.OTHER_CLASSES) {
        own = features.batch().indices().length;
        NDArray classes = ContrastDraw.classes(own, features.batch().labels());
        all.add(classes);
        all.add(tensor(tensors, LABELS));
      }
      float[] read = NDArrays.concat(all).toFloatArray();
      int labels = ONES + own;
      return new Kept(
          crd,
          read[0],
          read[1],
          read[2],
          Arrays.copyOfRange(read, ONES, labels),
          Arrays.copyOfRange(read, labels, read.length));
    }

    ContrastDraw draw() {
      return new ContrastDraw(crd, (long) draws, seen);
    }
  }

  /**
   * Z for a first batch: the mean of the exponentials times N.
   *
   * @param scores as {@link Contrast#scores} are
   */
  public double scale(NDArray scores) {
    return scores.stopGradient().exp().mean().toType(DataType.FLOAT64, true).getDouble() * examples;
  }

  /**
   * The noise-contrastive loss of one direction.
   *
   * @param scores [B,1+K], the example's own first
   * @param scale Z
   * @return a scalar
   */
  public NDArray loss(NDArray scores, double scale) {
    Shape shape = scores.getShape();
    if (shape.dimension() != 2 || shape.get(1) < 2) {
      throw new IllegalArgumentException(
          NAME + ": scores have shape " + shape + ", needed [B,1+K], K at least 1");
    }
    double noise = (double) (shape.get(1) - 1) / examples;
    double limit = Math.log(noise + EPSILON);
    // log p less log of the noise: p / (p + c + e) and its rest are a Bernoulli of it, where
    // -log of a hit is -log of a miss less the odds.
    NDArray odds = scores.sub(Constants.like(scores, Math.log(scale) + limit));
    NDArray own = odds.get(scores.getManager(), new NDIndex(":, 0:1"));
    NDArray sum = Bernoulli.softPlus(odds).sum().sub(own.sum());
    double rest = (limit - Math.log(noise)) * shape.get(0) * (shape.get(1) - 1);
    return Scaling.over(sum.add(Constants.like(scores, rest)), Math.max(1, shape.get(0)));
  }

  /**
   * Writes what examples gave into their rows of a memory.
   *
   * @param memory [N,D], written in place
   * @param own their rows
   * @param vectors of length 1 [B,D]
   */
  public void remember(NDArray memory, int[] own, NDArray vectors) {
    if (own.length == 0) {
      return;
    }
    try (Autograd off = Autograd.off();
        NDManager scratch = vectors.getManager().newSubManager()) {
      NDArray before = Rows.read(memory, own, scratch);
      NDArray given = vectors.stopGradient();
      given.attach(scratch);
      NDArray mixed =
          UnitVectors.of(Scaling.by(before, momentum).add(Scaling.by(given, 1 - momentum)), 1);
      NDArray finite = mixed.sub(mixed).eq(mixed.zerosLike());
      Rows.write(memory, own, NDArrays.where(finite, mixed, before));
    }
  }
}
