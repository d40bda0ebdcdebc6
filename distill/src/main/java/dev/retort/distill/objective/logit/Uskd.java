package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.NonTargets;
import dev.retort.distill.arithmetic.Ranking;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Scaling;

/**
 * USKD, self-distillation without a teacher: Yang et al., "From Knowledge Distillation to
 * Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels"
 * (ICCV 2023, arXiv 2303.13005), as in yzd-v/cls_KD (dis_losses/uskd.py).
 *
 * <p>B batch, C classes, D width of the middle feature m, S = softmax(z), t the label of a row:
 *
 * <ul>
 *   <li>target: L_t = -mean_b P log S_t with P = S_t^2 + V - mean_b S_t^2, detached; V = 1. P is
 *       not clipped: it lies in (0, 2) for hard labels and may be negative for small shares V.
 *   <li>weak head W = softmax(m w^T + v), trained only by L_weak = mu CE(0.9 y + 0.1/C, W), which
 *       also reaches the backbone through m.
 *   <li>non-target: each class gets r_i = W_i/(1 - W_t + 1e-6) + X_i/(1 - X_t + 1e-6), the k-th
 *       largest of all C gets 1/k, the target is dropped and the rest scaled to sum 1: constant
 *       labels n. L_n = -mean_b sum_{i != t} n_i log s_i, s the softmax of z over the other
 *       classes.
 *   <li>USKD = alpha L_t + beta L_n + L_weak, added to cross-entropy with weight 1.
 * </ul>
 *
 * <p>Labels may be shares [B,C] (mixup): the two largest are both targets with their own V, their
 * probabilities are summed in r, and L_t sums over both. Where the second is 0 or no larger than
 * the third (plain label smoothing), the row counts as one hard label, as the authors' result
 * would depend on their sort. Equal r keep the order of classes. A batch of one gives P = 1. With
 * two classes L_n is 0, one class is refused; an empty batch gives 0; logits of +-10,000 are fine.
 *
 * <p>For Transformers m is the class token after block max(0, floor(depth/2) - 1), counted from 0.
 * For networks of several stages it is what the last but one gives, averaged over the pixels, as in
 * the authors' configurations (256 planes of ResNet-18). The weak head is the extras {@code
 * uskd.head.weight} [C,D] and {@code uskd.head.bias} [C] at the largest student's width, of which a
 * narrower student uses the first columns.
 *
 * @param alpha weight of L_t, at least 0; 1 by default as for ImageNet (0.1 for CIFAR-100)
 * @param beta weight of L_n, at least 0; 0.1 by default
 * @param mu weight of L_weak, at least 0; 0.005 by default as for ImageNet (0.1 for CIFAR-100)
 * @param rank what X is; the authors' code by default
 */
public record Uskd(double alpha, double beta, double mu, Rank rank) implements Objective {
  /** Its name in recipes. */
  public static final String NAME = "uskd";

  private static final Option<Double> ALPHA =
      Option.notNegative("alpha", 1, "weight of the target part");
  private static final Option<Double> BETA =
      Option.notNegative("beta", 0.1, "weight of the non-target part");
  private static final Option<Double> MU =
      Option.notNegative("mu", 0.005, "weight of the weak head's own loss");
  private static final Option<Rank> RANK = Option.word(
      "rank", Rank.OFFICIAL_CODE, "ranks classes by log-softmax (code) or softmax (paper)");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "self-distillation without a teacher")
      .from("Yang et al., ICCV 2023")
      .reads("student logits, a middle hidden state, labels")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "yzd-v/cls_KD")
      .golden("uskd")
      .options(ALPHA, BETA, MU, RANK)
      .make(given -> new Uskd(given.get(ALPHA), given.get(BETA), given.get(MU), given.get(RANK)));

  private static final String WEIGHT = "head.weight";
  private static final String BIAS = "head.bias";
  private static final double EPSILON = 1e-6;
  private static final float SMOOTHING = 0.1f;

  /** What X is in the ranking score. It changes the order, and so the loss. */
  public enum Rank {
    /** Log-softmax of the logits, as in the authors' code, where a variable is used twice. */
    OFFICIAL_CODE,
    /** Softmax of the logits, as in the paper's formula. */
    PAPER_FORMULA
  }

  /** Checks the weights. */
  public Uskd {
    Checks.notNegative(NAME, "alpha", alpha);
    Checks.notNegative(NAME, "beta", beta);
    Checks.notNegative(NAME, "mu", mu);
  }

  /** With the authors' defaults for ImageNet. */
  public Uskd() {
    this(1, 0.1, 0.005, Rank.OFFICIAL_CODE);
  }

  /**
   * Its parts and what they were made of. The first three are scalars, the others constants.
   *
   * @param target L_t
   * @param nonTarget L_n
   * @param weak L_weak, with mu
   * @param targetLabels P: [B,1], or [B,2] for labels [B,C]
   * @param nonTargetLabels n [B,C], 0 for targets
   * @param places the place of each class in the ranking, from 0 [B,C], int64
   * @param targets 1 for targets, 0 for others [B,C]
   */
  public record Terms(
      NDArray target,
      NDArray nonTarget,
      NDArray weak,
      NDArray targetLabels,
      NDArray nonTargetLabels,
      NDArray places,
      NDArray targets) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    Checks.classes(NAME, student);
    return new Needs(true, true, false, ImmutableSet.of(middle(student)), ImmutableSet.of());
  }

  @Override
  public ImmutableList<TensorSpec> extras(Architecture student, Architecture teacher) {
    Axis classes = Axis.of("classes", student.integer("classes"));
    Axis hidden =
        Axis.of("hidden", student.family().width(student, Math.max(0, stages(student) - 2)));
    return ImmutableList.of(
        TensorSpec.of(WEIGHT, TensorSpec.Role.MATRIX, classes, hidden),
        TensorSpec.of(BIAS, TensorSpec.Role.BIAS, classes));
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    NDArray logits = inputs.student().requireLogits();
    NDArray states = inputs.student().tap(middle(inputs.studentArchitecture()));
    return loss(
        logits,
        stages(inputs.studentArchitecture()) > 1
            ? meanOfPixels(states)
            : classToken(states, logits.getManager()),
        extra(inputs, WEIGHT),
        extra(inputs, BIAS),
        inputs.batch().labels());
  }

  private static NDArray extra(LossInputs inputs, String name) {
    NDArray tensor = inputs.extras().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(NAME + " needs its tensor " + name);
    }
    return tensor;
  }

  /** The block, from 0, whose output is the middle feature of a network of that depth. */
  public static int middleBlock(int depth) {
    return Math.max(0, depth / 2 - 1);
  }

  private static Tap middle(Architecture student) {
    int stages = stages(student);
    return stages > 1 ? Tap.stage(stages - 1) : Tap.hidden(middleBlock(student.layers()) + 1);
  }

  private static int stages(Architecture student) {
    return student.family().stages(student);
  }

  /** The mean [B,D] of planes [B,D,H,W]. */
  private static NDArray meanOfPixels(NDArray planes) {
    Shape shape = planes.getShape();
    return Scaling.over(planes.sum(new int[] {2, 3}), shape.get(2) * shape.get(3));
  }

  /** The first token's state [B,D] of states [B,S,D], in a manager. */
  public static NDArray classToken(NDArray states, NDManager manager) {
    return Tensors.second(states, 0, manager);
  }

  /**
   * The loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param middle the middle feature [B,D]
   * @param weight the weak head's matrix [C,D] or wider, of which the first D columns are used
   * @param bias the weak head's bias [C]
   * @param labels class indices [B] or shares [B,C]
   * @return a scalar
   */
  public NDArray loss(
      NDArray student, NDArray middle, NDArray weight, NDArray bias, NDArray labels) {
    return total(terms(student, middle, weight, bias, labels));
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return Scaling.by(terms.target(), alpha)
        .add(Scaling.by(terms.nonTarget(), beta))
        .add(terms.weak());
  }

  /** The parts of {@link #loss(NDArray, NDArray, NDArray, NDArray, NDArray)}. */
  public Terms terms(
      NDArray student, NDArray middle, NDArray weight, NDArray bias, NDArray labels) {
    Checks.logits(NAME, "student logits", student);
    Checks.labels(NAME, labels, student);
    checkHead(student.getShape(), middle.getShape(), weight.getShape(), bias.getShape());
    NDManager manager = student.getManager();
    NDArray log = student.logSoftmax(1);
    NDArray head = middle
        .matMul(Tensors.leading(weight, middle.getShape().get(1), manager).transpose())
        .add(bias);

    UskdTargets targets = UskdTargets.of(labels, student);
    NDArray smoothed = targets.smoothed(log.stopGradient().exp());
    NDArray target = Tensors.meanOfRows(smoothed.mul(targets.pick(log))).neg();

    float classes = student.getShape().get(1);
    NDArray hard = Scaling.plus(Scaling.by(targets.rows(), 1 - SMOOTHING), SMOOTHING / classes);
    NDArray weak = Scaling.by(Tensors.meanOfRows(hard.mul(head.logSoftmax(1))), -mu);

    NDArray out = targets.mask();
    NDArray places =
        Ranking.places(Ranking.order(scores(head.stopGradient(), student.stopGradient(), out)));
    NDArray zipf =
        Scaling.plus(out.neg(), 1).div(Scaling.plus(places.toType(DataType.FLOAT32, false), 1));
    NDArray fixed = zipf.div(Scaling.atLeast(zipf.sum(new int[] {1}, true), Float.MIN_NORMAL));
    NDArray nonTarget =
        Tensors.meanOfRows(fixed.mul(NonTargets.logSoftmax(student, out))).neg();
    return new Terms(target, nonTarget, weak, smoothed, fixed, places, out);
  }

  /** The ranking scores [B,C]; in float64, since 1 - X_t cancels where the student is sure. */
  private NDArray scores(NDArray head, NDArray logits, NDArray targets) {
    NDArray out = targets.toType(DataType.FLOAT64, false);
    NDArray weak = head.toType(DataType.FLOAT64, false).softmax(1);
    NDArray wide = logits.toType(DataType.FLOAT64, false);
    NDArray own =
        switch (rank) {
          case OFFICIAL_CODE -> wide.logSoftmax(1);
          case PAPER_FORMULA -> wide.softmax(1);
        };
    return share(weak, out).add(share(own, out));
  }

  private static NDArray share(NDArray values, NDArray targets) {
    NDArray target = values.mul(targets).sum(new int[] {1}, true);
    return values.div(Scaling.plus(target.neg(), 1 + EPSILON));
  }

  private static void checkHead(Shape logits, Shape middle, Shape weight, Shape bias) {
    boolean fits = middle.dimension() == 2
        && middle.get(0) == logits.get(0)
        && weight.dimension() == 2
        && weight.get(0) == logits.get(1)
        && weight.get(1) >= middle.get(1)
        && bias.equals(new Shape(logits.get(1)));
    if (!fits) {
      throw new IllegalArgumentException(
          NAME + ": middle feature " + middle + ", head weight " + weight + " and head bias " + bias
              + " do not fit logits " + logits + "; needed [B,D], [C,D] and [C]");
    }
  }
}
