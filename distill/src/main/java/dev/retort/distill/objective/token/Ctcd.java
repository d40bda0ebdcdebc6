package dev.retort.distill.objective.token;

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
 * CTCD, co-training and co-distillation: "Co-training and Co-distillation for Quality Improvement
 * and Compression of Language Models" (Findings of EMNLP 2023, arXiv 2311.02849), after a third
 * party's replication (leovianaf/project-co-training-co-distillation); no authors' code is known.
 *
 * <p>Two networks start together and share one joint loss; means over tokens that count (masked
 * words), N of them, V vocabulary, p = softmax(z/T), sg a constant:
 *
 * <p>h_s CE(z_s, y) + h_t CE(z_t, y) + w_s T^2 KL(sg(p_t) || p_s) + w_t T^2 KL(sg(p_s) || p_t)
 *
 * <p>In a recipe's stage, whose teacher is frozen, it is the student's half: h_s CE + w_s T^2 KL. A
 * w_t of 0 leaves out the way back. Nothing that counts gives 0 with a zero gradient; finite logits
 * of any size are fine; a vocabulary of one is refused. The paper's weights could not be read.
 *
 * @param temperature T, above 0; 2 by default, the replication's
 * @param hardStudent h_s, at least 0; 1 by default, as the other weights, the replication's
 * @param hardTeacher h_t, at least 0
 * @param softStudent w_s, at least 0
 * @param softTeacher w_t, at least 0
 */
public record Ctcd(
    double temperature,
    double hardStudent,
    double hardTeacher,
    double softStudent,
    double softTeacher)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "ctcd";

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 2, "softens both distributions; the divergence is multiplied by its square");
  private static final Option<Double> HARD =
      Option.notNegative("hard-weight", 1, "weight of the cross-entropy with labels");
  private static final Option<Double> SOFT =
      Option.notNegative("soft-weight", 1, "weight of the divergence from the teacher");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "the student's half of co-training and co-distillation")
      .from("Findings of EMNLP 2023, arXiv 2311.02849")
      .reads("student and teacher logits of tokens, labels")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "leovianaf/project-co-training-co-distillation")
      .golden("ctcd")
      .options(TEMPERATURE, HARD, SOFT)
      .make(given -> new Ctcd(given.get(TEMPERATURE), given.get(HARD), 1, given.get(SOFT), 1));

  /** Checks the options. */
  public Ctcd {
    Checks.positive(NAME, "temperature", temperature);
    Checks.notNegative(NAME, "hard-student", hardStudent);
    Checks.notNegative(NAME, "hard-teacher", hardTeacher);
    Checks.notNegative(NAME, "soft-student", softStudent);
    Checks.notNegative(NAME, "soft-teacher", softTeacher);
  }

  /** With the replication's defaults. */
  public Ctcd() {
    this(2, 1, 1, 1, 1);
  }

  /**
   * The parts of the joint loss, scalars, each before its weight.
   *
   * @param hardStudent cross-entropy of the student
   * @param hardTeacher cross-entropy of the teacher
   * @param softStudent T^2 KL(sg(p_t) || p_s)
   * @param softTeacher T^2 KL(sg(p_s) || p_t)
   */
  public record Terms(
      NDArray hardStudent, NDArray hardTeacher, NDArray softStudent, NDArray softTeacher) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /** The joint loss of both networks. */
  public NDArray total(Terms terms) {
    return Scaling.by(terms.hardStudent(), hardStudent)
        .add(Scaling.by(terms.hardTeacher(), hardTeacher))
        .add(Scaling.by(terms.softStudent(), softStudent))
        .add(Scaling.by(terms.softTeacher(), softTeacher));
  }

  /**
   * The parts of the joint loss of two networks that both learn.
   *
   * @param student logits [N,V] or [B,L,V]
   * @param teacher logits of the same shape, with their graph
   * @param labels token ids or {@link TokenLabels#IGNORED}, [N] or [B,L]
   */
  public Terms terms(NDArray student, NDArray teacher, NDArray labels) {
    TokenLabels.checkLogits(NAME, student, teacher);
    TokenLabels tokens = TokenLabels.of(NAME, labels, student);
    return new Terms(
        tokens.crossEntropy(student),
        tokens.crossEntropy(teacher),
        soft(student, teacher, tokens),
        soft(teacher, student, tokens));
  }

  /** The student's half alone: the teacher's logits are a constant. See {@link #terms}. */
  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray other = Objects.requireNonNull(teacher, NAME + " needs teacher logits");
    TokenLabels.checkLogits(NAME, student, other);
    TokenLabels tokens =
        TokenLabels.of(NAME, Objects.requireNonNull(labels, NAME + " needs labels"), student);
    return Scaling.by(tokens.crossEntropy(student), hardStudent)
        .add(Scaling.by(soft(student, other, tokens), softStudent));
  }

  private NDArray soft(NDArray own, NDArray other, TokenLabels tokens) {
    NDArray fixed = Tensors.constant(other, own.getManager());
    NDArray rows = Divergence.forward(own, fixed, temperature);
    return Scaling.by(tokens.mean(rows), temperature * temperature);
  }
}
