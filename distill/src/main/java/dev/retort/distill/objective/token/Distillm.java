package dev.retort.distill.objective.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.MaskedMean;
import dev.retort.distill.arithmetic.NonTargets;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * DistiLLM's divergences: Ko et al., "DistiLLM: Towards Streamlined Distillation for Large Language
 * Models" (ICML 2024, arXiv 2402.03898), as in jongwooko/distillm (distillm/losses.py).
 *
 * <p>With p = softmax(z) of teacher (t) and student (s) at temperature 1, k the skew, b the
 * student's share; N counted tokens, V vocabulary; each is a sum over the vocabulary and a mean
 * over tokens:
 *
 * <ul>
 *   <li>{@code skew-forward-kl}: KL(p_t || k p_t + (1-k) p_s); {@code skew-forward-cross-entropy}
 *       is the value of the released code, larger by the teacher's entropy, of the same gradient;
 *   <li>{@code skew-reverse-kl}: KL(p_s || (1-k) p_t + k p_s);
 *   <li>{@code forward-kl}: KL(p_t || p_s), and {@code forward-cross-entropy} as released;
 *   <li>{@code reverse-kl}: KL(p_s || p_t);
 *   <li>{@code symmetric-kl}: (1-b) KL(p_t || p_s) + b KL(p_s || p_t);
 *   <li>{@code jensen-shannon}: b KL(p_s || m) + (1-b) KL(p_t || m), m = b p_s + (1-b) p_t;
 *   <li>{@code total-variation}: sum_v |p_t - p_s| / 2.
 * </ul>
 *
 * <p>Mixtures are taken of log-probabilities by log-sum-exp; the released code takes the logarithm
 * of mixed probabilities, which is NaN where both underflow. Entries whose logit is infinite on
 * either side (a vocabulary that is masked) are left out, as released. The loss with labels is no
 * part of it: the authors' scripts use none beside it but on a plain corpus. No token that counts
 * gives 0 with a zero gradient (the released code gives NaN); finite logits of any size are fine; a
 * vocabulary of one is refused.
 *
 * @param divergence which of them; {@code skew-forward-kl} by default, as for the authors' GPT-2
 *     (skew-reverse-kl for their OpenLLaMA)
 * @param skew k, from 0 (the plain divergence) to 1; 0.1 by default, the authors'
 * @param studentShare b of jensen-shannon and symmetric-kl, from 0 to 1; 0.9 by default, the
 *     authors'
 * @param vocabulary what to do where the two differ in their padded vocabulary; {@code equal}
 *     (refuse) by default
 */
public record Distillm(Form divergence, double skew, double studentShare, Vocabulary vocabulary)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "distillm";

  private static final Option<Form> DIVERGENCE =
      Option.word("divergence", Form.SKEW_FORWARD_KL, "which divergence of the two networks");
  private static final Option<Double> SKEW =
      Option.share("skew", 0.1, "of the skew forms: the share of the compared side in the mixture");
  private static final Option<Double> STUDENT_SHARE =
      Option.share("student-share", 0.9, "the student's share in jensen-shannon and symmetric-kl");
  private static final Option<Vocabulary> VOCABULARY = Option.word(
      "vocabulary", Vocabulary.EQUAL, "common: the leading tokens that both know, equal: as many");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "skewed and other divergences of two language models")
      .from("Ko et al., ICML 2024")
      .reads("student and teacher logits of tokens")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "jongwooko/distillm")
      .golden("distillm")
      .options(DIVERGENCE, SKEW, STUDENT_SHARE, VOCABULARY)
      .make(given -> new Distillm(
          given.get(DIVERGENCE), given.get(SKEW), given.get(STUDENT_SHARE), given.get(VOCABULARY)));

  /** Which divergence. */
  public enum Form {
    /** KL(p_t || k p_t + (1-k) p_s). */
    SKEW_FORWARD_KL,
    /** The same without the teacher's entropy, the released value. */
    SKEW_FORWARD_CROSS_ENTROPY,
    /** KL(p_s || (1-k) p_t + k p_s). */
    SKEW_REVERSE_KL,
    /** KL(p_t || p_s). */
    FORWARD_KL,
    /** The same without the teacher's entropy, the released value. */
    FORWARD_CROSS_ENTROPY,
    /** KL(p_s || p_t). */
    REVERSE_KL,
    /** Forward and reverse with weights. */
    SYMMETRIC_KL,
    /** Both against their mixture. */
    JENSEN_SHANNON,
    /** Half of the absolute difference. */
    TOTAL_VARIATION
  }

  /** How two vocabularies are compared. */
  public enum Vocabulary {
    /** They must be of one size. */
    EQUAL,
    /** Both are cut to the smaller size: what one was padded with is left out. */
    COMMON
  }

  /** Checks the shares. */
  public Distillm {
    share("skew", skew);
    share("student-share", studentShare);
  }

  /** A divergence with the authors' shares. */
  public Distillm(Form divergence) {
    this(divergence, 0.1, 0.9, Vocabulary.EQUAL);
  }

  /** With the authors' defaults. */
  public Distillm() {
    this(Form.SKEW_FORWARD_KL);
  }

  private static void share(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          NAME + "." + option + " must be a number from 0 to 1, not (" + value + ")");
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    if (vocabulary == Vocabulary.EQUAL) {
      return LogitObjective.super.needs(student, teacher);
    }
    Checks.classes(NAME, student);
    Checks.classes(NAME, teacher);
    return new Needs(true, false, true, ImmutableSet.of(), ImmutableSet.of());
  }

  /** Logits of all positions count where the batch's mask does, those of counted tokens all. */
  @Override
  public NDArray loss(LossInputs inputs) {
    NDArray student = inputs.student().requireLogits();
    NDArray rows = rows(student, inputs.requireTeacher().requireLogits());
    boolean everywhere = student.getShape().dimension() == 3;
    return everywhere && inputs.batch() instanceof TextBatch text
        ? MaskedMean.of(rows, Tensors.constantFloat(text.mask(), student.getManager()))
        : MaskedMean.of(rows, null);
  }

  /**
   * The loss of arrays.
   *
   * @param student logits [N,V] or [B,L,V], V at least 2
   * @param teacher logits of the same shape, detached here
   * @param labels of tokens, [N] or [B,L]: those that are {@link TokenLabels#IGNORED} do not count;
   *     null: all tokens count
   * @return a scalar
   */
  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray rows = rows(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
    return labels == null
        ? MaskedMean.of(rows, null)
        : TokenLabels.of(NAME, labels, student).mean(rows);
  }

  /**
   * The divergence of each token.
   *
   * @param student logits [N,V] or [B,L,V]
   * @param teacher logits of the same shape, detached here
   * @return [N] or [B,L]
   */
  public NDArray rows(NDArray student, NDArray teacher) {
    NDManager manager = student.getManager();
    NDArray fixed = Tensors.constant(teacher, manager);
    long common = Math.min(vocabulary(student), vocabulary(fixed));
    NDArray z = cut(student, common);
    NDArray target = cut(fixed, common);
    TokenLabels.checkLogits(NAME, z, target);
    NDArray dropped = infinite(z, target);
    NDArray own = Divergence.log(without(z, dropped), 1);
    NDArray other = Divergence.log(without(target, dropped), 1);
    return switch (divergence) {
      case SKEW_FORWARD_KL -> kl(other, Divergence.mixture(other, own, skew), dropped);
      case SKEW_FORWARD_CROSS_ENTROPY ->
        cross(other, Divergence.mixture(other, own, skew), dropped);
      case SKEW_REVERSE_KL -> kl(own, Divergence.mixture(own, other, skew), dropped);
      case FORWARD_KL -> kl(other, own, dropped);
      case FORWARD_CROSS_ENTROPY -> cross(other, own, dropped);
      case REVERSE_KL -> kl(own, other, dropped);
      case SYMMETRIC_KL -> shared(kl(own, other, dropped), kl(other, own, dropped));
      case JENSEN_SHANNON -> {
        NDArray middle = Divergence.mixture(own, other, studentShare);
        yield shared(kl(own, middle, dropped), kl(other, middle, dropped));
      }
      case TOTAL_VARIATION -> Scaling.by(sum(other.exp().sub(own.exp()).abs(), dropped), 0.5);
    };
  }

  private NDArray shared(NDArray students, NDArray teachers) {
    return Scaling.by(students, studentShare).add(Scaling.by(teachers, 1 - studentShare));
  }

  private static NDArray kl(NDArray a, NDArray b, @Nullable NDArray dropped) {
    return sum(a.exp().mul(a.sub(b)), dropped);
  }

  private static NDArray cross(NDArray a, NDArray b, @Nullable NDArray dropped) {
    return sum(a.exp().mul(b), dropped).neg();
  }

  private static NDArray sum(NDArray terms, @Nullable NDArray dropped) {
    NDArray kept =
        dropped == null ? terms : NDArrays.where(dropped, terms.stopGradient().zerosLike(), terms);
    return kept.sum(new int[] {-1});
  }

  /**
   * Where either is infinite; null where none is, as nearly always. A GPU would be waited for if it
   * were asked: there it is looked up entry by entry, to the same numbers.
   */
  private static @Nullable NDArray infinite(NDArray a, NDArray b) {
    NDArray found = a.isInfinite().logicalOr(b.isInfinite());
    boolean some = found.size() > 0 && (found.getDevice().isGpu() || found.any().getBoolean());
    return some ? found : null;
  }

  /** A finite stand-in for logits that are left out, so that no 0 meets an infinity. */
  private static NDArray without(NDArray logits, @Nullable NDArray dropped) {
    if (dropped == null) {
      return logits;
    }
    NDArray out = logits.getManager().full(logits.getShape(), NonTargets.OUT, logits.getDataType());
    return NDArrays.where(logits.isInfinite(), out, logits);
  }

  private long vocabulary(NDArray logits) {
    Shape shape = logits.getShape();
    return vocabulary == Vocabulary.COMMON && shape.dimension() > 0
        ? shape.get(shape.dimension() - 1)
        : Long.MAX_VALUE;
  }

  private static NDArray cut(NDArray logits, long most) {
    Shape shape = logits.getShape();
    return shape.dimension() == 0 || shape.get(shape.dimension() - 1) <= most
        ? logits
        : Tensors.leading(logits, most, logits.getManager());
  }
}
