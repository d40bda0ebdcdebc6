package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * BD-KD, balanced divergences, the student's side: Amara et al., "BD-KD: Balancing the Divergences
 * for Online Knowledge Distillation" (arXiv 2212.12965). A reconstruction: no code is published and
 * of the paper its abstract alone was read.
 *
 * <p>L = T^2 mean_b [ w_f KL(p_t || p_s) + w_r KL(p_s || p_t) ], p = softmax(z/T), beside
 * cross-entropy of weight 1. The weights are chosen for each example by a {@link Balance} of the
 * entropies of p_t and p_s and are constants. B batch, C classes. In the method the teacher is
 * trained too, by {@link dev.retort.distill.objective.procedure.BdKdTeacher}. An empty batch gives
 * 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param temperature T, above 0; 3 by default, our choice
 * @param balance the rule of the weights; {@code gap} with 2 by default, our choice: a student
 *     surer than the teacher gets twice the forward divergence, else twice the reverse one
 */
public record BdKd(double temperature, Balance balance) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "bd-kd";

  /** The rules of the weights that a recipe can name. */
  public enum Rule {
    /** Both count 1. */
    EQUAL,
    /** The forward divergence counts more where the student is surer than the teacher. */
    GAP,
    /** The reverse divergence counts more there. */
    GAP_INVERTED
  }

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 3, "softens both distributions; the loss is multiplied by its square");
  private static final Option<Rule> RULE = Option.word(
      "rule",
      Rule.GAP,
      "which divergence counts more where the student is surer than the teacher: none, forward or"
          + " reverse");
  private static final Option<Double> DELTA =
      Option.positive("delta", 2, "the weight of the one that counts more; the other has 1");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "forward and reverse divergence, balanced for each example")
      .from("Amara et al., arXiv 2212.12965")
      .reads("student and teacher logits")
      .after(
          ObjectiveKind.Origin.RECONSTRUCTION,
          "the rule and size of the weights, T, T^2; rule names the readings")
      .golden("bd_kd")
      .options(TEMPERATURE, RULE, DELTA)
      .make(given -> new BdKd(given.get(TEMPERATURE), balance(given.get(RULE), given.get(DELTA))));

  /** Checks the temperature. */
  public BdKd {
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With our defaults. */
  public BdKd() {
    this(3, new Balance.Gap(2, false));
  }

  private static Balance balance(Rule rule, double delta) {
    return switch (rule) {
      case EQUAL -> new Balance.Equal();
      case GAP -> new Balance.Gap(delta, false);
      case GAP_INVERTED -> new Balance.Gap(delta, true);
    };
  }

  /**
   * Its parts, [B].
   *
   * @param forward KL(p_t || p_s)
   * @param reverse KL(p_s || p_t)
   * @param studentEntropy of p_s, without a graph
   * @param teacherEntropy of p_t, without a graph
   */
  public record Terms(
      NDArray forward, NDArray reverse, NDArray studentEntropy, NDArray teacherEntropy) {}

  @Override
  public String name() {
    return NAME;
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    Balance.Weights weights = balance.weights(terms.studentEntropy(), terms.teacherEntropy());
    NDArray rows =
        terms.forward().mul(weights.forward()).add(terms.reverse().mul(weights.reverse()));
    return Scaling.by(Tensors.meanOfRows(rows), temperature * temperature);
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   */
  public Terms terms(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    NDArray own = Divergence.log(student, temperature);
    NDArray other = Divergence.log(Tensors.constant(teacher, student.getManager()), temperature);
    return new Terms(
        Divergence.kl(other, own),
        Divergence.kl(own, other),
        Divergence.entropy(own.stopGradient()),
        Divergence.entropy(other));
  }

  /** The loss of arrays, as {@link #terms} takes them; a scalar. */
  public NDArray loss(NDArray student, NDArray teacher) {
    return total(terms(student, teacher));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
