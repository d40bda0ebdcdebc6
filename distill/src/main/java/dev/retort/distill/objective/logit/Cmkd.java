package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Correlation;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Ranks;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * CMKD, correlation matching: Niu et al., "Efficient and Robust Knowledge Distillation from A
 * Stronger Teacher Based on Correlation Matching" (arXiv 2410.06561). A reconstruction: no code is
 * published and of the paper its abstract and introduction alone were read.
 *
 * <p>With a the representation of a row of logits; B batch, C classes:
 *
 * <ul>
 *   <li>rho_P: Pearson's correlation of a_s and a_t over the classes, 1e-8 in its denominator;
 *   <li>rho_S: Pearson's correlation of soft ranks of a_s and exact ranks of a_t (ties share their
 *       mean);
 *   <li>L = mean_b [ w_P (1 - rho_P) + w_S (1 - rho_S) ], beside cross-entropy of weight 1; no T^2.
 * </ul>
 *
 * <p>A constant row has correlation 0 with gradient 0. With two classes both correlations are +-1
 * and teach next to nothing. Soft ranks grow exact, and stop teaching, where gaps are large beside
 * their strength. Sigmoid ranks compare all pairs, B C^2 of them, a part at a time.
 * An empty batch gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param representation a; {@code logits} by default, our choice
 * @param temperature T, above 0; 4 by default, our choice
 * @param rank which soft rank; {@code sigmoid} by default, our choice
 * @param strength tau of the sigmoid rank, epsilon of the projected one, in units of a, above 0; by
 *     default 0.5 and 1, our choice (1/32 is near exact)
 * @param weights the rule of w_P and w_S; {@code constant} by default, our choice
 */
public record Cmkd(
    Representation representation,
    double temperature,
    SoftRank rank,
    double strength,
    Weighting weights)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "cmkd";

  /** What the correlations are of. */
  public enum Representation {
    /** z/T. */
    LOGITS,
    /** softmax(z/T). */
    PROBABILITIES,
    /** softmax of the row's z-scores over T. */
    STANDARDISED
  }

  /** How the student's ranks are made differentiable. */
  public enum SoftRank {
    /** By pairwise comparisons through a sigmoid. */
    SIGMOID(0.5),
    /**
     * By projection onto the permutahedron; the host finds the pools, one after the other, for
     * which a GPU is waited for at each step.
     */
    L2(1);

    private final double standard;

    SoftRank(double standard) {
      this.standard = standard;
    }

    /** The ranks [B,C] of values [B,C], ascending; those by comparisons without a graph. */
    public NDArray of(NDArray values, double strength) {
      return switch (this) {
        case SIGMOID -> Ranks.sigmoid(values, strength);
        case L2 -> Ranks.projected(values, strength);
      };
    }

    /** A function of each row of such ranks, [B], with its graph back to the values. */
    private NDArray following(
        NDArray values, double strength, NDArray ranks, UnaryOperator<NDArray> function) {
      return switch (this) {
        case SIGMOID -> Ranks.following(values, strength, ranks, function);
        case L2 -> function.apply(ranks);
      };
    }
  }

  /** What the weights of an example are. */
  public enum Weighting {
    /** 1 and 1. */
    CONSTANT,
    /**
     * With h = H(p_t) / log C at temperature 1: w_P = 1 - h/2, w_S = 1/2 + h/2. Of an unsure
     * teacher the order is trusted more than the values.
     */
    ENTROPY
  }

  private static final Option<Representation> REPRESENTATION = Option.word(
      "representation",
      Representation.LOGITS,
      "what is correlated: z/T, softmax(z/T), or softmax of a row's z-scores over T");
  private static final Option<Double> TEMPERATURE =
      Option.positive("temperature", 4, "softens what is correlated; without a factor T^2");
  private static final Option<SoftRank> RANK = Option.word(
      "rank", SoftRank.SIGMOID, "the student's soft ranks: by comparisons or by projection");
  private static final Option<Double> STRENGTH = Option.positive(
      "strength",
      SoftRank.SIGMOID.standard,
      "how soft ranks are, in units of what is correlated; 1 by default with rank: l2");
  private static final Option<Weighting> WEIGHTS = Option.word(
      "weights", Weighting.CONSTANT, "1 for both correlations, or by the teacher's entropy");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "correlations of values and of ranks over the classes")
      .from("Niu et al., arXiv 2410.06561")
      .reads("student and teacher logits")
      .after(
          ObjectiveKind.Origin.RECONSTRUCTION,
          "the soft rank, its strength, what is correlated and the weights are named options")
      .golden("cmkd")
      .options(REPRESENTATION, TEMPERATURE, RANK, STRENGTH, WEIGHTS)
      .make(given -> new Cmkd(
          given.get(REPRESENTATION),
          given.get(TEMPERATURE),
          given.get(RANK),
          given.has(STRENGTH) ? given.get(STRENGTH) : given.get(RANK).standard,
          given.get(WEIGHTS)));

  /** Checks the numbers. */
  public Cmkd {
    Checks.positive(NAME, "temperature", temperature);
    Checks.positive(NAME, "strength", strength);
  }

  /** With our defaults. */
  public Cmkd() {
    this(Representation.LOGITS, 4, SoftRank.SIGMOID, SoftRank.SIGMOID.standard, Weighting.CONSTANT);
  }

  /**
   * Its parts.
   *
   * @param pearson rho_P [B]
   * @param spearman rho_S [B]
   * @param ranks the student's soft ranks, ascending [B,C]; by comparisons without a graph
   * @param teacherEntropy of the teacher at temperature 1 [B]
   */
  public record Terms(NDArray pearson, NDArray spearman, NDArray ranks, NDArray teacherEntropy) {}

  @Override
  public String name() {
    return NAME;
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   */
  public Terms terms(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    NDArray own = represent(student);
    NDArray other = represent(fixed);
    NDArray ranks = rank.of(own, strength);
    NDArray order = Ranks.hard(other);
    return new Terms(
        correlation(own, other),
        rank.following(own, strength, ranks, each -> correlation(each, order)),
        ranks,
        Divergence.entropy(Divergence.log(fixed, 1)));
  }

  /** Spearman's correlation with the student's exact ranks too [B], which has no gradient. */
  public NDArray exactSpearman(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    return correlation(Ranks.hard(represent(student)), Ranks.hard(represent(fixed)));
  }

  private NDArray represent(NDArray logits) {
    return switch (representation) {
      case LOGITS -> Scaling.over(logits, temperature);
      case PROBABILITIES -> Scaling.over(logits, temperature).softmax(1);
      case STANDARDISED ->
        Scaling.over(Correlation.standardised(logits), temperature).softmax(1);
    };
  }

  private static NDArray correlation(NDArray a, NDArray b) {
    return Correlation.pearson(a, b, 1, Correlation.EPSILON);
  }

  /**
   * The loss that parts make with given weights.
   *
   * @param pearson w_P [B], a constant
   * @param spearman w_S [B], a constant
   * @return a scalar
   */
  public NDArray total(Terms terms, NDArray pearson, NDArray spearman) {
    Checks.perRow(NAME, "Pearson weights", pearson, terms.pearson().size());
    Checks.perRow(NAME, "Spearman weights", spearman, terms.spearman().size());
    NDArray values = Scaling.plus(terms.pearson().neg(), 1).mul(pearson);
    NDArray order = Scaling.plus(terms.spearman().neg(), 1).mul(spearman);
    return Tensors.meanOfRows(values.add(order));
  }

  /** The loss of arrays, as {@link #terms} takes them; a scalar. */
  public NDArray loss(NDArray student, NDArray teacher) {
    Terms terms = terms(student, teacher);
    NDArray one = terms.teacherEntropy().onesLike();
    return switch (weights) {
      case CONSTANT -> total(terms, one, one);
      case ENTROPY -> {
        double most = Math.log(student.getShape().get(1));
        NDArray half = Scaling.over(terms.teacherEntropy(), 2 * most);
        yield total(terms, one.sub(half), Scaling.plus(half, 0.5));
      }
    };
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
