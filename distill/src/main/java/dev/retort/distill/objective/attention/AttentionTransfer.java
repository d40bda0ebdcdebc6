package dev.retort.distill.objective.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Relations;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LayerPair;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.RelationDistance;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention and value-relation transfer: Wang et al., "MiniLM: Deep Self-Attention Distillation for
 * Task-Agnostic Compression of Pre-Trained Transformers" (NeurIPS 2020, arXiv 2002.10957), written
 * from the paper; its training code is not published.
 *
 * <p>L = L_AT + L_VR, each the mean over heads and positions of KL(teacher || student): of the
 * attention probabilities softmax(Q K^T / sqrt(d)) before dropout, and of the value relations
 * softmax(V V^T / sqrt(d)). B batch, A heads, S sequence, d head size, each model with its own d.
 * The student needs as many heads as the teacher.
 *
 * <p>Padding is cut off, rows and columns, and each sequence is divided by its own length; the
 * paper does not say. One token gives 0; a sequence of padding alone counts as 0; an empty batch
 * gives 0. Distributions come from queries and keys, not from probabilities that may have become
 * 0.
 *
 * @param attachment which layer of the student learns from which of the teacher, the last from the
 *     last by default; the losses of several pairs add up
 */
public record AttentionTransfer(Attachment attachment) implements Objective {
  /** Its name in recipes. */
  public static final String NAME = "attention-transfer";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "attention distributions and value relations")
      .from("Wang et al., NeurIPS 2020")
      .reads("queries, keys, values of one layer of both, mask")
      .after(ObjectiveKind.Origin.PAPER, "no training code is published")
      .golden("minilm_v1")
      .options(AttachmentOptions.LAYERS_ONLY)
      .make(given -> new AttentionTransfer(AttachmentOptions.of(given)));

  /** Of the last layers. */
  public AttentionTransfer() {
    this(Attachment.LAST);
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Reads queries, keys and values of both.
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
      if (heads != needed) {
        throw new IllegalArgumentException(NAME + ": student " + student + " has " + heads
            + " heads in layer " + each.student() + ", teacher " + teacher + " has " + needed
            + " in layer " + each.teacher()
            + "; they must be equal, or use self-attention-relation");
      }
      own.addAll(taps(each.student() - 1));
      others.addAll(taps(each.teacher() - 1));
    }
    return new Needs(false, false, true, own.build(), others.build());
  }

  private static ImmutableSet<Tap> taps(int layer) {
    return ImmutableSet.of(Tap.query(layer), Tap.key(layer), Tap.value(layer));
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    Architecture student = inputs.studentArchitecture();
    Architecture teacher = inputs.teacherArchitecture();
    NDArray total = null;
    for (LayerPair each : attachment.layers(NAME, student, teacher)) {
      NDArray loss = loss(
          Heads.of(inputs.student(), student, each.student() - 1),
          Heads.of(inputs.requireTeacher(), teacher, each.teacher() - 1),
          inputs.batch().mask());
      total = total == null ? loss : total.add(loss);
    }
    return Objects.requireNonNull(total);
  }

  /**
   * The projections of one layer, split into heads.
   *
   * @param query [B,A,S,d]
   * @param key [B,A,S,d]
   * @param value [B,A,S,d]
   */
  public record Heads(NDArray query, NDArray key, NDArray value) {
    private static Heads of(Outputs outputs, Architecture architecture, int layer) {
      int heads = architecture.integer("heads", layer);
      return new Heads(
          Relations.split(outputs.tap(Tap.query(layer)), heads),
          Relations.split(outputs.tap(Tap.key(layer)), heads),
          Relations.split(outputs.tap(Tap.value(layer)), heads));
    }

    private Heads constant(NDManager manager) {
      return new Heads(
          Tensors.constant(query, manager),
          Tensors.constant(key, manager),
          Tensors.constant(value, manager));
    }
  }

  /**
   * Its parts, scalars.
   *
   * @param attention L_AT
   * @param valueRelation L_VR
   */
  public record Terms(NDArray attention, NDArray valueRelation) {}

  /**
   * The loss of arrays.
   *
   * @param student the student's projections
   * @param teacher the teacher's, detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(Heads student, Heads teacher, @Nullable NDArray mask) {
    Terms terms = terms(student, teacher, mask);
    return terms.attention().add(terms.valueRelation());
  }

  /** The parts of {@link #loss(Heads, Heads, NDArray)}. */
  public Terms terms(Heads student, Heads teacher, @Nullable NDArray mask) {
    check(student.query(), teacher.query());
    check(student.key(), teacher.key());
    check(student.value(), teacher.value());
    Shape shape = student.query().getShape();
    Checks.mask(NAME, mask, shape.get(0), shape.get(2));
    NDManager manager = student.query().getManager();
    NDArray valid = mask == null ? null : Tensors.constantFloat(mask, manager);
    Heads fixed = teacher.constant(manager);
    return new Terms(
        RelationDistance.DIVERGENCE.of(
            student.query(), student.key(), fixed.query(), fixed.key(), valid),
        RelationDistance.DIVERGENCE.of(student.value(), fixed.value(), valid));
  }

  private static void check(NDArray student, NDArray teacher) {
    Shape own = student.getShape();
    Shape other = teacher.getShape();
    if (own.dimension() != 4
        || other.dimension() != 4
        || !own.slice(0, 3).equals(other.slice(0, 3))) {
      throw new IllegalArgumentException(NAME + ": projections have shapes " + own
          + " (student) and " + other + " (teacher), needed [B,A,S,d] with the same B, A and S");
    }
  }
}
