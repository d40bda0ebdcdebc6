package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.distill.arithmetic.LogSums;
import dev.retort.distill.arithmetic.NonTargets;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * MI-alpha: He et al., "Distiller: A Systematic Study of Model Distillation Methods in Natural
 * Language Processing" (SustaiNLP 2021, arXiv 2109.11105), as in Cli212/Distiller
 * (textbrewer/losses.py, mi_loss); the bound is that of Poole et al. (ICML 2019, arXiv 1905.06922).
 *
 * <p>A lower bound on the mutual information of student and teacher, raised. With one vector of
 * each of B examples, critic scores f_ij = &lt;g_s(student i), g_t(teacher j)&gt; and a learnt log
 * baseline q_i of teacher i:
 *
 * <ul>
 *   <li>m_ij = log of the mean over k != j of exp f_ik;
 *   <li>b_ij = log(alpha exp m_ij + (1 - alpha) exp q_i);
 *   <li>I = 1 + mean over i != j of (f_ii - b_ij) - mean over i != j of exp(f_ij - b_ii); L = -I.
 * </ul>
 *
 * <p>Critics and baseline are three linear layers with ReLU, tensors of each pair that are trained
 * with the student. alpha 1 leaves the baseline without gradient, 0 the other scores of a row. One
 * example has no negative: the loss is 0 with a zero gradient. Beyond e^30 exponentials go on as
 * straight lines, so that any finite score gives finite numbers. The code's comment on alpha says
 * the opposite of what it computes; this is what it computes.
 *
 * @param attachment which states; the last by default
 * @param alpha the weight of the leave-one-out mean against the learnt baseline, from 0 to 1; 0.5
 *     by default, the runner's (0.9 is best in the authors' table)
 * @param hidden width inside critics and baseline; 512 by default (the baseline of the embeddings
 *     has a quarter of it)
 * @param width width of what critics give; 64 by default
 * @param tokens which vector stands for hidden states; the first token's by default
 */
public record MutualInformation(
    Attachment attachment, double alpha, int hidden, int width, Vectors.Tokens tokens)
    implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "mi-alpha";

  private static final String STUDENT = "critic.student";
  private static final String TEACHER = "critic.teacher";
  private static final String BASELINE = "baseline";
  private static final int OF_EMBEDDINGS = 4;

  private static final Option<Double> ALPHA =
      Option.fraction("alpha", 0.5, "weight of the leave-one-out mean against the learnt baseline");
  private static final Option<Integer> HIDDEN =
      Option.whole("hidden", 512, 1, "width inside critics and baseline");
  private static final Option<Integer> WIDTH =
      Option.whole("width", 64, 1, "width of what critics give");
  private static final Option<Vectors.Tokens> TOKENS =
      Option.word("tokens", Vectors.Tokens.FIRST, "which vector stands for hidden states");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "a lower bound on mutual information, with trained critics")
      .from("He et al., SustaiNLP 2021; Poole et al., ICML 2019")
      .reads("hidden states of both")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .golden("distiller_mi_alpha")
      .options(ALPHA, HIDDEN, WIDTH, TOKENS)
      .options(AttachmentOptions.ALL)
      .make(given -> new MutualInformation(
          AttachmentOptions.of(given),
          given.get(ALPHA),
          given.get(HIDDEN),
          given.get(WIDTH),
          given.get(TOKENS)));

  /** Checks the options. */
  public MutualInformation {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".alpha must be a number from 0 to 1, not (" + alpha + ")");
    }
    if (hidden < 1 || width < 1) {
      throw new IllegalArgumentException(
          NAME + ".hidden and width must be at least 1, not (" + hidden + ") and (" + width + ")");
    }
  }

  /** Of the last states, with the runner's critics. */
  public MutualInformation(double alpha) {
    this(Attachment.LAST, alpha, 512, 64, Vectors.Tokens.FIRST);
  }

  /**
   * Its parts, scalars.
   *
   * @param joint mean over i != j of f_ii - b_ij
   * @param marginal mean over i != j of exp(f_ij - b_ii)
   * @param bound I = 1 + joint - marginal
   */
  public record Terms(NDArray joint, NDArray marginal, NDArray bound) {}

  @Override
  public String name() {
    return NAME;
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
  public ImmutableList<TensorSpec> tensors(Widths widths) {
    int inner = widths.embeddings() ? Math.max(1, hidden / OF_EMBEDDINGS) : hidden;
    return ImmutableList.<TensorSpec>builder()
        .addAll(Perceptron.tensors(STUDENT, widths.student(), hidden, width))
        .addAll(Perceptron.tensors(TEACHER, widths.teacher(), hidden, width))
        .addAll(Perceptron.tensors(BASELINE, widths.teacher(), inner, 1))
        .build();
  }

  @Override
  public NDArray loss(Features features) {
    NDArray student = Vectors.of(features.student(), features.mask(), tokens);
    NDArray teacher = Vectors.of(features.teacher(), features.mask(), tokens);
    NDArray taught = Perceptron.of(NAME, features.tensors(), TEACHER).forward(teacher);
    return loss(
        scores(Perceptron.of(NAME, features.tensors(), STUDENT).forward(student), taught),
        Perceptron.of(NAME, features.tensors(), BASELINE).forward(teacher).reshape(-1));
  }

  /**
   * Critic scores: how well each student goes with each teacher.
   *
   * @param student g_s [B,width]
   * @param teacher g_t [B,width]
   * @return [B,B]
   */
  public static NDArray scores(NDArray student, NDArray teacher) {
    return student.matMul(teacher.transpose());
  }

  /**
   * The loss of scores.
   *
   * @param scores f [B,B], student i in row i, teacher j in column j
   * @param baseline q [B]
   * @return a scalar
   */
  public NDArray loss(NDArray scores, NDArray baseline) {
    @Nullable Terms terms = scores.getShape().get(0) == 1 ? null : terms(scores, baseline);
    // One example has nothing to be told apart from.
    return terms == null ? Scaling.by(scores.sum(), 0) : terms.bound().neg();
  }

  /**
   * The parts of {@link #loss(NDArray, NDArray)}, of two examples or more; zeros for none.
   *
   * @throws IllegalArgumentException when shapes do not fit, or there is one example
   */
  public Terms terms(NDArray scores, NDArray baseline) {
    Shape shape = scores.getShape();
    long rows = shape.dimension() == 2 ? shape.get(0) : -1;
    if (rows < 0
        || rows == 1
        || shape.get(1) != rows
        || !baseline.getShape().equals(new Shape(rows))) {
      throw new IllegalArgumentException(NAME + ": scores have shape " + shape
          + " and the baseline " + baseline.getShape() + ", needed [B,B] and [B], B at least 2");
    }
    if (rows == 0) {
      NDArray none = scores.sum();
      return new Terms(none, none, none);
    }
    NDManager manager = scores.getManager();
    DataType type = scores.getDataType();
    NDArray same = manager.eye((int) rows, (int) rows, 0, type);
    NDArray others = Scaling.plus(same.neg(), 1);
    double pairs = (double) rows * (rows - 1);

    NDArray mixed = mixed(scores, baseline);
    NDArray joint = diagonal(scores, same).sub(mixed).mul(others).sum();
    NDArray gaps = scores.sub(diagonal(mixed, same));
    NDArray apart = gaps.add(same.mul(Constants.like(gaps, NonTargets.OUT)));
    NDArray log = LogSums.ofRows(apart.reshape(1, rows * rows))
        .reshape(new Shape())
        .sub(Constants.like(scores, Math.log(pairs)));
    NDArray marginal = LogSums.boundedExp(log);
    NDArray mean = Scaling.over(joint, pairs);
    return new Terms(mean, marginal, Scaling.plus(mean.sub(marginal), 1));
  }

  /** b [B,B]. */
  private NDArray mixed(NDArray scores, NDArray baseline) {
    if (alpha == 0) {
      return baseline.expandDims(1).add(scores.zerosLike());
    }
    NDArray others = LogSums.meanOfOthers(scores);
    return alpha == 1
        ? others
        : LogSums.ofTwo(
            others.add(Constants.like(scores, Math.log(alpha))),
            baseline
                .expandDims(1)
                .add(Constants.like(scores, Math.log1p(-alpha)))
                .add(scores.zerosLike()));
  }

  /** The entries of a diagonal as a column, [B,1]. */
  private static NDArray diagonal(NDArray square, NDArray same) {
    return square.mul(same).sum(new int[] {1}, true);
  }
}
