package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Correlation;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * DIST: Huang et al., "Knowledge Distillation from A Stronger Teacher" (NeurIPS 2022, arXiv
 * 2205.10536), as in hunto/DIST_KD and hunto/image_classification_sota (losses/dist_kd.py).
 *
 * <p>With p = softmax(z/tau) and rho Pearson's correlation, 1e-8 added to the product of its norms;
 * R rows, C classes:
 *
 * <ul>
 *   <li>inter = 1 - mean over rows of rho(p_s, p_t), how classes stand to one another;
 *   <li>intra = 1 - mean over columns of rho(p_s, p_t), how examples stand to one another;
 *   <li>DIST = tau^2 (beta inter + gamma intra), beside cross-entropy of weight 1.
 * </ul>
 *
 * <p>Rows are examples, tokens, or all pixels of a batch of maps [B,C,height,width]. A row or
 * column that is constant in either network counts as correlation 0 with gradient 0, so that one
 * row has intra 1 and learns from inter alone; there the released code has a gradient of the order
 * of 1/1e-8, or NaN. With two classes a row's correlation is +-1 and teaches next to nothing. No
 * row gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param beta weight of inter, at least 0; 1 by default, the authors'
 * @param gamma weight of intra, at least 0; 1 by default, the authors'
 * @param temperature tau, above 0; 1 by default as for ImageNet, with a weight of 2 on the whole
 *     (4 for CIFAR-100)
 * @param epsilon what is added to the product of norms, at least 0; 1e-8 by default, the authors'
 */
public record Dist(double beta, double gamma, double temperature, double epsilon)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "dist";

  private static final Option<Double> BETA =
      Option.notNegative("beta", 1, "weight of the correlations of rows");
  private static final Option<Double> GAMMA =
      Option.notNegative("gamma", 1, "weight of the correlations of columns");
  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 1, "softens both distributions; the loss is multiplied by its square");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "correlations between classes and between examples")
      .from("Huang et al., NeurIPS 2022")
      .reads("student and teacher logits")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "hunto/DIST_KD")
      .golden("dist")
      .options(BETA, GAMMA, TEMPERATURE)
      .make(given -> new Dist(given.get(BETA), given.get(GAMMA), given.get(TEMPERATURE)));

  /** Checks the options. */
  public Dist {
    Checks.notNegative(NAME, "beta", beta);
    Checks.notNegative(NAME, "gamma", gamma);
    Checks.positive(NAME, "temperature", temperature);
    Checks.notNegative(NAME, "epsilon", epsilon);
  }

  /** With the authors' epsilon. */
  public Dist(double beta, double gamma, double temperature) {
    this(beta, gamma, temperature, Correlation.EPSILON);
  }

  /** With the authors' defaults for ImageNet. */
  public Dist() {
    this(1, 1, 1);
  }

  /**
   * Its parts, scalars.
   *
   * @param inter of rows, before beta tau^2
   * @param intra of columns, before gamma tau^2
   */
  public record Terms(NDArray inter, NDArray intra) {}

  @Override
  public String name() {
    return NAME;
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    double square = temperature * temperature;
    return Scaling.by(terms.inter(), beta * square).add(Scaling.by(terms.intra(), gamma * square));
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param student logits [R,C] or [B,C,height,width], C at least 2
   * @param teacher the same, detached here
   */
  public Terms terms(NDArray student, NDArray teacher) {
    NDArray own = Tensors.rowsOfPixels(student);
    NDArray other = Tensors.rowsOfPixels(teacher);
    Checks.logits(NAME, own, other);
    NDArray p = Scaling.over(own, temperature).softmax(1);
    NDArray q =
        Scaling.over(Tensors.constant(other, student.getManager()), temperature).softmax(1);
    NDArray inter = apart(Correlation.pearson(p, q, 1, epsilon));
    NDArray intra = apart(Correlation.pearson(p, q, 0, epsilon));
    // Without rows every column still counts as uncorrelated; there is nothing to learn from.
    return new Terms(inter, own.getShape().get(0) == 0 ? Scaling.by(intra, 0) : intra);
  }

  private static NDArray apart(NDArray correlations) {
    return Tensors.meanOfRows(Scaling.plus(correlations.neg(), 1));
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
