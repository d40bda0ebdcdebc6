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
 * Joint domain adaptation and distillation, the student's side: Nguyen-Meidine et al., "Joint
 * Progressive Knowledge Distillation and Unsupervised Domain Adaptation" (IJCNN 2020, arXiv
 * 2005.07839), as in LIVIAETS/KD_UDA (kd_da_alt.py, KD/base_kd.py).
 *
 * <p>With p = softmax(z/T); B batch, C classes:
 *
 * <ul>
 *   <li>source, whose labels are known: alpha T^2 mean_b KL + (1 - alpha) CE(z_s, y);
 *   <li>target, without labels: T^2 mean_b KL;
 *   <li>L = beta (source + target), beta from {@link
 *       dev.retort.distill.objective.procedure.DistillationGrowth}.
 * </ul>
 *
 * <p>In a recipe, which has one domain, it is the source's part; cross-entropy is in it. The method
 * trains the teacher too, by {@link dev.retort.distill.objective.procedure.UdaTeacher}. The
 * released code lets the student's loss move the teacher, which is detached here. An empty batch
 * gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param temperature T, above 0; 20 by default, the authors'
 * @param alpha the share of distillation on the source, from 0 to 1; 0.3 by default, the authors'
 * @param direction of the divergence; {@code teacher-student} by default, the paper's
 */
public record UdaKd(double temperature, double alpha, Direction direction)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "uda-kd";

  /** Which divergence. */
  public enum Direction {
    /** KL(p_t || p_s), the paper's. */
    TEACHER_STUDENT,
    /** KL(p_s || p_t): the released code swaps the two. */
    STUDENT_TEACHER
  }

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 20, "softens both distributions; divergences are multiplied by its square");
  private static final Option<Double> ALPHA =
      Option.share("alpha", 0.3, "share of distillation; the labels have the rest");
  private static final Option<Direction> DIRECTION = Option.word(
      "direction", Direction.TEACHER_STUDENT, "the paper's divergence, or the released code's");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "the student's side of adaptation to another domain, on the labelled one")
      .from("Nguyen-Meidine et al., IJCNN 2020")
      .reads("student and teacher logits, labels")
      .after(
          ObjectiveKind.Origin.AUTHORS_CODE,
          "LIVIAETS/KD_UDA; direction names where it differs from the paper")
      .golden("uda_kd")
      .options(TEMPERATURE, ALPHA, DIRECTION)
      .make(given -> new UdaKd(given.get(TEMPERATURE), given.get(ALPHA), given.get(DIRECTION)));

  /** Checks the numbers. */
  public UdaKd {
    Checks.positive(NAME, "temperature", temperature);
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".alpha must be a number from 0 to 1, not (" + alpha + ")");
    }
  }

  /** With the authors' numbers and the paper's divergence. */
  public UdaKd() {
    this(20, 0.3, Direction.TEACHER_STUDENT);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /**
   * The part of a domain without labels.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @return a scalar, before beta
   */
  public NDArray target(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    NDArray rows =
        switch (direction) {
          case TEACHER_STUDENT -> Divergence.forward(student, fixed, temperature);
          case STUDENT_TEACHER -> Divergence.reverse(student, fixed, temperature);
        };
    return Scaling.by(Tensors.meanOfRows(rows), temperature * temperature);
  }

  /**
   * The part of the domain with labels.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @param labels class indices [B] or shares [B,C]
   * @return a scalar, before beta
   */
  public NDArray source(NDArray student, NDArray teacher, NDArray labels) {
    NDArray soft = target(student, teacher);
    Checks.labels(NAME, labels, student);
    NDArray hard = new CrossEntropy().loss(student, labels);
    return Scaling.by(soft, alpha).add(Scaling.by(hard, 1 - alpha));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return source(
        student,
        Objects.requireNonNull(teacher, NAME + " needs teacher logits"),
        Objects.requireNonNull(labels, NAME + " needs labels"));
  }
}
