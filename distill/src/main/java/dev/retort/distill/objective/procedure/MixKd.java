package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.supernet.kernel.Scaling;
import java.util.Arrays;

/**
 * MixKD, distillation on mixed inputs: Liang et al., "MixKD: Towards Efficient Distillation of
 * Large-scale Language Models" (ICLR 2021, arXiv 2011.00593), from the paper; the mixing as in
 * Cli212/Distiller (textbrewer/distiller_utils.py). No authors' code is known.
 *
 * <p>With e_i, e_j embeddings of two sequences of one padded length, x' = l e_i + (1-l) e_j,
 * teacher and student each with their own embeddings, the same l and the same pairs; B batch, C
 * classes:
 *
 * <p>CE(s(x), y_i) + a_sm [l CE(s(x'), y_i) + (1-l) CE(s(x'), y_j)] + a_tmkd d(t(x'), s(x'))
 *
 * <p>Scores in place of classes (outputs [B,1]): the score is mixed, and every distance is a mean
 * squared error. A batch of one mixes with itself; l of 1 or 0 mixes nothing; an empty batch gives
 * 0; finite logits of any size are fine. Which d and which weights the authors took could not be
 * read.
 *
 * @param alphaMixed a_sm, at least 0; 1 by default, ours
 * @param alphaTeacher a_tmkd, at least 0; 1 by default, ours
 * @param distance d; {@code KL} by default, ours
 */
public record MixKd(double alphaMixed, double alphaTeacher, Distance distance) {
  private static final String NAME = "mixkd";

  /** How the student is held against the teacher on what was mixed. */
  public enum Distance {
    /** KL(p_t || p_s), summed over classes, averaged over the batch. */
    KL,
    /** The squared difference of logits, averaged over batch and classes. */
    MEAN_SQUARED_ERROR
  }

  /** Checks the weights. */
  public MixKd {
    Checks.notNegative(NAME, "alpha-mixed", alphaMixed);
    Checks.notNegative(NAME, "alpha-teacher", alphaTeacher);
  }

  /** With our defaults. */
  public MixKd() {
    this(1, 1, Distance.KL);
  }

  /**
   * Its parts, scalars, each before its weight.
   *
   * @param clean the task loss of the inputs as they are
   * @param mixed the task loss of the mixed inputs
   * @param teacher the distance to the teacher on the mixed inputs
   */
  public record Terms(NDArray clean, NDArray mixed, NDArray teacher) {}

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return terms
        .clean()
        .add(Scaling.by(terms.mixed(), alphaMixed))
        .add(Scaling.by(terms.teacher(), alphaTeacher));
  }

  /**
   * Mixes every input with its partner.
   *
   * @param inputs embeddings [B,S,H], or anything whose first axis is the batch, with their graph
   * @param partners whose input each is mixed with, [B], int64
   * @param lambda l, the share of each own input, from 0 to 1
   */
  public static NDArray mixed(NDArray inputs, NDArray partners, double lambda) {
    share(lambda);
    NDArray others = inputs.gather(spread(partners, inputs), 0);
    return Scaling.by(inputs, lambda).add(Scaling.by(others, 1 - lambda));
  }

  /** The index of each entry's partner: [B] as [B,1,..], broadcast to the inputs. */
  private static NDArray spread(NDArray partners, NDArray inputs) {
    long[] column = new long[inputs.getShape().dimension()];
    Arrays.fill(column, 1);
    column[0] = inputs.getShape().get(0);
    return Tensors.constant(partners, inputs.getManager())
        .reshape(column)
        .broadcast(inputs.getShape());
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param clean the student's logits of the inputs, [B,C], or scores [B,1]
   * @param mixed the student's logits of the mixed inputs, of the same shape
   * @param teacher the teacher's logits of its mixed inputs, of the same shape, detached here
   * @param labels of the inputs: class indices [B], int64, or scores [B], float32
   * @param others the labels of their partners, alike
   * @param lambda l, from 0 to 1
   */
  public Terms terms(
      NDArray clean,
      NDArray mixed,
      NDArray teacher,
      NDArray labels,
      NDArray others,
      double lambda) {
    share(lambda);
    boolean scores = clean.getShape().dimension() == 2 && clean.getShape().get(1) == 1;
    return scores
        ? scored(clean, mixed, teacher, labels, others, lambda)
        : classified(clean, mixed, teacher, labels, others, lambda);
  }

  private Terms classified(
      NDArray clean,
      NDArray mixed,
      NDArray teacher,
      NDArray labels,
      NDArray others,
      double lambda) {
    Checks.logits(NAME, clean, mixed);
    Checks.logits(NAME, mixed, teacher);
    CrossEntropy task = new CrossEntropy();
    NDArray both = Scaling.by(task.loss(mixed, labels), lambda)
        .add(Scaling.by(task.loss(mixed, others), 1 - lambda));
    NDArray distant =
        switch (distance) {
          case KL -> new LogitKd(1).loss(mixed, teacher);
          case MEAN_SQUARED_ERROR -> new MeanSquaredError().loss(mixed, teacher);
        };
    return new Terms(task.loss(clean, labels), both, distant);
  }

  private static Terms scored(
      NDArray clean,
      NDArray mixed,
      NDArray teacher,
      NDArray labels,
      NDArray others,
      double lambda) {
    MeanSquaredError task = new MeanSquaredError();
    NDArray score =
        Scaling.by(real(labels, clean), lambda).add(Scaling.by(real(others, clean), 1 - lambda));
    return new Terms(task.loss(clean, labels), task.loss(mixed, score), task.loss(mixed, teacher));
  }

  private static NDArray real(NDArray scores, NDArray like) {
    return Tensors.constant(scores, like.getManager()).toType(DataType.FLOAT32, false);
  }

  private static void share(double lambda) {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".lambda must be a number from 0 to 1, not (" + lambda + ")");
    }
  }
}
