package dev.retort.distill.objective.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Relations;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LayerPair;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.supernet.Tap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Distances of attention matrices: Jiao et al., "TinyBERT" (Findings of EMNLP 2020, arXiv
 * 1909.10351), as in Cli212/Distiller (textbrewer/losses.py, att_mse_loss, att_ce_loss,
 * att_ce_mean_loss; He et al., SustaiNLP 2021).
 *
 * <p>With the attention a [B,A,S,S] of a layer, B batch, A heads, S sequence:
 *
 * <ul>
 *   <li>{@code mse}: mean over heads and over the pairs of a row and a column that are no padding
 *       of (a_s - a_t)^2;
 *   <li>{@code cross-entropy}: mean over heads and valid rows of -sum over valid columns of
 *       softmax(a_t) log softmax(a_s);
 *   <li>{@code cross-entropy-of-mean}: the same of the mean over the heads, whose numbers may
 *       differ.
 * </ul>
 *
 * <p>The softmax runs over all columns, padding among them, and over whatever it is given: the
 * authors give it probabilities, which it softens again. So does this objective, from the taps
 * {@code layerN.attention}; as a library it takes scores too. Without valid rows the loss is 0.
 *
 * @param attachment which layer of the student learns from which of the teacher; the last from the
 *     last by default
 * @param form which distance; {@code mse} by default
 */
public record AttentionProbabilities(Attachment attachment, Form form) implements Objective {
  /** Its name in recipes. */
  public static final String NAME = "attention";

  private static final Option<Form> FORM = Option.word("form", Form.MSE, "which distance");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "distances of attention matrices")
      .from("Jiao et al., Findings of EMNLP 2020; He et al., SustaiNLP 2021")
      .reads("attention probabilities of both, mask")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .options(FORM)
      .options(AttachmentOptions.LAYERS_ONLY)
      .make(given -> new AttentionProbabilities(AttachmentOptions.of(given), given.get(FORM)));

  /** Which distance. */
  public enum Form {
    /** Squared differences, head by head. */
    MSE,
    /** Cross-entropy of rows, head by head. */
    CROSS_ENTROPY,
    /** Cross-entropy of rows of the mean over heads. */
    CROSS_ENTROPY_OF_MEAN
  }

  /** Of the last layers. */
  public AttentionProbabilities(Form form) {
    this(Attachment.LAST, form);
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Reads attention probabilities of both.
   *
   * @throws IllegalArgumentException when a layer does not exist or the numbers of heads differ
   */
  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    ImmutableSet.Builder<Tap> own = ImmutableSet.builder();
    ImmutableSet.Builder<Tap> others = ImmutableSet.builder();
    for (LayerPair each : attachment.layers(NAME, student, teacher)) {
      int heads = student.integer("heads", each.student() - 1);
      int needed = teacher.integer("heads", each.teacher() - 1);
      if (form != Form.CROSS_ENTROPY_OF_MEAN && heads != needed) {
        throw new IllegalArgumentException(NAME + ": student " + student + " has " + heads
            + " heads in layer " + each.student() + ", teacher " + teacher + " has " + needed
            + " in layer " + each.teacher()
            + "; they must be equal, or form: cross-entropy-of-mean");
      }
      own.add(Tap.attention(each.student() - 1));
      others.add(Tap.attention(each.teacher() - 1));
    }
    return new Needs(false, false, true, own.build(), others.build());
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    NDArray total = null;
    for (LayerPair each :
        attachment.layers(NAME, inputs.studentArchitecture(), inputs.teacherArchitecture())) {
      NDArray loss = loss(
          inputs.student().tap(Tap.attention(each.student() - 1)),
          inputs.requireTeacher().tap(Tap.attention(each.teacher() - 1)),
          inputs.batch().mask());
      total = total == null ? loss : total.add(loss);
    }
    return Objects.requireNonNull(total);
  }

  /**
   * The loss of one layer.
   *
   * @param student attention [B,A,S,S], probabilities or scores
   * @param teacher the same, detached here; for {@code cross-entropy-of-mean} of any A
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    check(student.getShape(), teacher.getShape());
    Checks.mask(NAME, mask, student.getShape().get(0), student.getShape().get(2));
    NDManager manager = student.getManager();
    NDArray fixed = Tensors.constant(teacher, manager);
    NDArray valid = mask == null ? null : Tensors.constantFloat(mask, manager);
    return switch (form) {
      case MSE -> Relations.meanSquare(student, fixed, valid);
      case CROSS_ENTROPY -> crossEntropy(student, fixed, valid);
      case CROSS_ENTROPY_OF_MEAN -> crossEntropy(meanOfHeads(student), meanOfHeads(fixed), valid);
    };
  }

  private static NDArray meanOfHeads(NDArray attention) {
    return attention.mean(new int[] {1}, true);
  }

  /** Mean over heads and valid rows of [B,A,S,S]. */
  private static NDArray crossEntropy(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    NDArray entries = teacher.softmax(3).mul(student.logSoftmax(3)).neg();
    NDArray counted = mask == null ? entries : entries.mul(mask.expandDims(1).expandDims(1));
    NDArray rows = counted.sum(new int[] {3}).mean(new int[] {1});
    return Distances.masked(rows, mask);
  }

  private void check(Shape own, Shape other) {
    boolean heads = form == Form.CROSS_ENTROPY_OF_MEAN;
    if (own.dimension() != 4
        || other.dimension() != 4
        || own.get(2) != own.get(3)
        || own.get(0) != other.get(0)
        || !own.slice(2).equals(other.slice(2))
        || (!heads && own.get(1) != other.get(1))) {
      throw new IllegalArgumentException(NAME + ": attention has shapes " + own
          + " (student) and " + other + " (teacher), needed [B,A,S,S] with the same B and S"
          + (heads ? "" : ", and A"));
    }
  }
}
