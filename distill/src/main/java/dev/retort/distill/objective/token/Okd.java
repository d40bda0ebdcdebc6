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
 * OKD, online modules for autoregressive language models: "Enhancing Knowledge Distillation of
 * Large Language Models through Efficient Online Modules" (arXiv 2409.12512). A reconstruction:
 * neither code nor the full text could be read.
 *
 * <p>The teacher is a frozen language model plus a small module that is trained beside the student,
 * z_t = z_base + z_module. Each of the two learns from labels and from the other, which is a
 * constant to it; means over tokens that count, N of them, V vocabulary:
 *
 * <ul>
 *   <li>student: w_ce CE(z_s, y) + w_kl KL(p_t || p_s);
 *   <li>module: w_ce CE(z_t, y) + w_kl KL(p_s || p_t).
 * </ul>
 *
 * <p>Which direction the authors use on either side is not known: {@code other-to-own}, the above,
 * is our default; {@code own-to-other} turns both around. In a recipe's stage it is the student's
 * side; with a module at zero that is plain distillation. Nothing that counts gives 0 with a zero
 * gradient; finite logits of any size are fine; a vocabulary of one is refused.
 *
 * @param ceWeight w_ce, at least 0; 1 by default, ours
 * @param klWeight w_kl, at least 0; 1 by default, ours
 * @param direction which way the divergence is taken; {@code other-to-own} by default, ours
 */
public record Okd(double ceWeight, double klWeight, Direction direction) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "okd";

  private static final Option<Double> CE =
      Option.notNegative("ce-weight", 1, "weight of the cross-entropy with labels");
  private static final Option<Double> KL =
      Option.notNegative("kl-weight", 1, "weight of the divergence from the other network");
  private static final Option<Direction> DIRECTION = Option.word(
      "direction",
      Direction.OTHER_TO_OWN,
      "other-to-own: KL(other || own), the default of the reconstruction; own-to-other: turned");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "a language model beside its teacher's online module")
      .from("arXiv 2409.12512")
      .reads("student and teacher logits of tokens, labels")
      .after(ObjectiveKind.Origin.RECONSTRUCTION, "directions, weights and module are ours")
      .golden("okd")
      .options(CE, KL, DIRECTION)
      .make(given -> new Okd(given.get(CE), given.get(KL), given.get(DIRECTION)));

  /** Which way the divergence is taken, seen from the network that learns. */
  public enum Direction {
    /** KL(other || own): cover what the other thinks likely. */
    OTHER_TO_OWN,
    /** KL(own || other): stay where the other is. */
    OWN_TO_OTHER
  }

  /** Checks the weights. */
  public Okd {
    Checks.notNegative(NAME, "ce-weight", ceWeight);
    Checks.notNegative(NAME, "kl-weight", klWeight);
  }

  /** With our defaults. */
  public Okd() {
    this(1, 1, Direction.OTHER_TO_OWN);
  }

  /**
   * The parts of one side, scalars.
   *
   * @param ce cross-entropy with labels
   * @param kl divergence from the other network
   */
  public record Terms(NDArray ce, NDArray kl) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return Scaling.by(terms.ce(), ceWeight).add(Scaling.by(terms.kl(), klWeight));
  }

  /**
   * What one network learns; the same for student and module, who swap places.
   *
   * @param own logits of the network that learns, [N,V] or [B,L,V]: the student's, or those of the
   *     frozen teacher and its module together
   * @param other logits of the other network, of the same shape, detached here
   * @param labels token ids or {@link TokenLabels#IGNORED}, [N] or [B,L]
   */
  public Terms terms(NDArray own, NDArray other, NDArray labels) {
    TokenLabels.checkLogits(NAME, own, other);
    TokenLabels tokens = TokenLabels.of(NAME, labels, own);
    NDArray fixed = Tensors.constant(other, own.getManager());
    NDArray kl =
        switch (direction) {
          case OTHER_TO_OWN -> Divergence.forward(own, fixed, 1);
          case OWN_TO_OTHER -> Divergence.reverse(own, fixed, 1);
        };
    return new Terms(tokens.crossEntropy(own), tokens.mean(kl));
  }

  /** The loss of arrays, the student's side; see {@link #terms}. */
  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return total(terms(
        student,
        Objects.requireNonNull(teacher, NAME + " needs teacher logits"),
        Objects.requireNonNull(labels, NAME + " needs labels")));
  }
}
