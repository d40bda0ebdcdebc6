package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.MaskedMean;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.function.UnaryOperator;

/**
 * KDIGA, input-gradient alignment: Shao et al., "How and When Adversarial Robustness Transfers in
 * Knowledge Distillation?" (arXiv 2110.12072), as in RulinShao/AdversariallyRobustDistillation
 * (main.py).
 *
 * <p>With B batch, C classes, x inputs, CE a batch mean:
 *
 * <p>a T^2 KL(p_t || p_s) + (1-a) CE_s(x) + (g/B) || d CE_s/dx - sg(d CE_t/dx) ||_2
 *
 * <p>The norm is over the whole batch and not squared; as CE is a mean, each input's derivative
 * carries 1/B besides. Its own derivative is of second order and reaches the student's weights.
 * Where the two derivatives agree the norm's is 0 and not NaN, by 1e-12 under the root (ours). Very
 * confident samples have vanishing derivatives and do not count. An empty batch gives 0; one class
 * is refused. With batch norm of the batch, one sample's derivative depends on the others, as in
 * the authors' code.
 *
 * @param alpha a, from 0 to 1; 0.5 by default, the authors'
 * @param gamma g, at least 0; 0.5 by default, the authors' (1 in their iterative script)
 * @param temperature T, above 0; 1 by default, the authors'
 * @param reduction how the divergence is averaged; {@code ELEMENTS} by default, the authors' code
 */
public record Kdiga(double alpha, double gamma, double temperature, Reduction reduction) {
  private static final String NAME = "kdiga";
  private static final float LEAST = 1e-12f;

  /** How the divergence is averaged. */
  public enum Reduction {
    /** Over rows and classes, what the released code does. */
    ELEMENTS,
    /** Over rows, summed over classes: the usual divergence. */
    ROWS
  }

  /** Checks the options. */
  public Kdiga {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".alpha must be a number from 0 to 1, not (" + alpha + ")");
    }
    Checks.notNegative(NAME, "gamma", gamma);
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With the authors' defaults. */
  public Kdiga() {
    this(0.5, 0.5, 1, Reduction.ELEMENTS);
  }

  /**
   * Its parts.
   *
   * @param kl the divergence, a scalar, before a T^2
   * @param ce the student's cross-entropy, a scalar, before 1-a
   * @param distance of the two derivatives, a scalar, before g/B
   * @param student d CE_s/dx, of the inputs' shape, with its graph
   * @param teacher d CE_t/dx, of the inputs' shape, a constant
   */
  public record Terms(NDArray kl, NDArray ce, NDArray distance, NDArray student, NDArray teacher) {}

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    long batch = Math.max(1, terms.student().getShape().get(0));
    return Scaling.by(terms.kl(), alpha * temperature * temperature)
        .add(Scaling.by(terms.ce(), 1 - alpha))
        .add(Scaling.by(terms.distance(), gamma / batch));
  }

  /**
   * The parts of the loss, recorded whether or not the thread records.
   *
   * @param inputs pixels [B,D,H,W], or anything whose first axis is the batch
   * @param labels class indices [B]
   * @param student inputs to logits [B,C], C at least 2, with the graph to its weights
   * @param teacher inputs to logits [B,C]; its weights collect nothing
   */
  public Terms terms(
      NDArray inputs,
      NDArray labels,
      UnaryOperator<NDArray> student,
      UnaryOperator<NDArray> teacher) {
    try (Autograd recording = Autograd.recording()) {
      NDArray x = Autograd.leaf(inputs, inputs.getManager());
      NDArray own = student.apply(x);
      NDArray other = teacher.apply(x);
      return terms(x, labels, own, other, own, other);
    }
  }

  /**
   * The parts of the loss whose divergence is taken on other inputs, as the authors' KDIGA-ARD does
   * on adversarial ones.
   *
   * @param softInputs the inputs of the divergence, of the shape of {@code inputs}
   * @see #terms(NDArray, NDArray, UnaryOperator, UnaryOperator)
   */
  public Terms terms(
      NDArray inputs,
      NDArray softInputs,
      NDArray labels,
      UnaryOperator<NDArray> student,
      UnaryOperator<NDArray> teacher) {
    try (Autograd recording = Autograd.recording()) {
      NDArray x = Autograd.leaf(inputs, inputs.getManager());
      return terms(
          x,
          labels,
          student.apply(x),
          teacher.apply(x),
          student.apply(softInputs),
          teacher.apply(softInputs));
    }
  }

  private Terms terms(
      NDArray x, NDArray labels, NDArray own, NDArray other, NDArray ownSoft, NDArray otherSoft) {
    Checks.logits(NAME, own, other);
    Checks.logits(NAME, ownSoft, otherSoft);
    NDManager manager = own.getManager();
    CrossEntropy task = new CrossEntropy();
    NDArray ce = task.loss(own, labels);
    NDArray slope = Autograd.derivativeWithGraph(ce, x);
    NDArray target = Tensors.constant(Autograd.derivative(task.loss(other, labels), x), manager);
    NDArray distance = slope.sub(target).square().sum().add(LEAST).sqrt();
    NDArray rows = Divergence.forward(ownSoft, Tensors.constant(otherSoft, manager), temperature);
    NDArray kl =
        switch (reduction) {
          case ELEMENTS ->
            Scaling.over(MaskedMean.of(rows, null), (double) own.getShape().get(1));
          case ROWS -> MaskedMean.of(rows, null);
        };
    return new Terms(kl, ce, distance, slope, target);
  }
}
