package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.supernet.kernel.Scaling;

/**
 * DCKD's distribution mapping: "Dynamic Contrastive Knowledge Distillation for Efficient Image
 * Restoration" (AAAI 2025, arXiv 2412.08939), as in super-SSS/DCKD (basicsr/losses/basic_loss.py,
 * basicsr/archs/vqgan_arch.py).
 *
 * <p>P positions of an encoder's map, N codes, D width. With d the squared distances of a position
 * to all codes, its distribution is softmax(max d - d); L = w mean over positions of the
 * cross-entropy of the student's distribution with the teacher's. The code gives the student's
 * probabilities to a function that expects logits, so that a second log-softmax runs over them; the
 * paper's formula is the plain cross-entropy. Far codes are fine in both. No position gives 0.
 *
 * @param reading which of the two; the code's by default
 * @param weight w, at least 0; 0.001 by default
 */
public record CodebookMapping(Reading reading, double weight) {
  private static final String NAME = "dckd-distribution";

  /** Which cross-entropy. */
  public enum Reading {
    /** -sum q_t log softmax(q_s), as the code has it. */
    OFFICIAL_CODE,
    /** -sum q_t log q_s, as the paper has it. */
    PAPER_FORMULA
  }

  /** Checks the weight. */
  public CodebookMapping {
    Checks.notNegative(NAME, "weight", weight);
  }

  /** The authors' code and weight. */
  public CodebookMapping() {
    this(Reading.OFFICIAL_CODE, 0.001);
  }

  /**
   * The log of each position's distribution over the codes.
   *
   * @param features [P,D]
   * @param codes [N,D]
   * @return [P,N]
   */
  public NDArray logDistribution(NDArray features, NDArray codes) {
    Shape shape = features.getShape();
    Shape book = codes.getShape();
    if (shape.dimension() != 2 || book.dimension() != 2 || shape.get(1) != book.get(1)) {
      throw new IllegalArgumentException(NAME + ": features have shape " + shape + " and codes "
          + book + ", needed [P,D] and [N,D]");
    }
    // |f|^2 and the largest distance are the same for all codes: a softmax does not see them.
    NDArray near = Scaling.by(features.matMul(codes.transpose()), 2);
    return near.sub(codes.square().sum(new int[] {1}).expandDims(0)).logSoftmax(1);
  }

  /**
   * The cross-entropy, before the weight.
   *
   * @param student features [P,D]
   * @param teacher features [P,D], detached here
   * @param codes [N,D], detached here
   */
  public NDArray crossEntropy(NDArray student, NDArray teacher, NDArray codes) {
    if (!student.getShape().equals(teacher.getShape())) {
      throw new IllegalArgumentException(NAME + ": teacher features have shape "
          + teacher.getShape() + ", needed that of the student's, " + student.getShape());
    }
    NDArray book = Tensors.constant(codes, student.getManager());
    NDArray target =
        logDistribution(Tensors.constant(teacher, student.getManager()), book).exp();
    NDArray log = logDistribution(student, book);
    NDArray read =
        switch (reading) {
          case OFFICIAL_CODE -> log.exp().logSoftmax(1);
          case PAPER_FORMULA -> log;
        };
    return Tensors.meanOfRows(target.mul(read)).neg();
  }

  /** The loss: the cross-entropy times the weight. */
  public NDArray loss(NDArray student, NDArray teacher, NDArray codes) {
    return Scaling.by(crossEntropy(student, teacher, codes), weight);
  }
}
