package dev.retort.distill.objective.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Relations;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.Given;
import dev.retort.distill.objective.LayerPair;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.RelationDistance;
import dev.retort.supernet.kernel.Scaling;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Self-attention relations, AutoDistil's SuperLM objective (Xu et al., NeurIPS 2022, arXiv
 * 2201.12507) after MiniLMv2 (Wang et al., arXiv 2012.15828).
 *
 * <p>The queries, keys and values X of one layer, [B,S,width], are re-split into A relation heads
 * of d = width/A, each model with its own d. B batch, S sequence. Scores X X^T / sqrt(d)
 * [B,A,S,S], relations R = softmax of the scores over columns. The loss is sum_X w_X L_X with L_X
 * by form:
 *
 * <ul>
 *   <li>{@code kl-relations}, MiniLMv2's: KL(R teacher || R student), summed over columns, averaged
 *       over heads and rows of a sequence, then over the batch;
 *   <li>{@code mse-relations}, Eq. 4 of AutoDistil's paper: mean squared difference of R;
 *   <li>{@code mse-scores}, AutoDistil's released code: mean squared difference of the scores, no
 *       softmax. The largest entries rule it; relations of trained teachers can be far from it.
 * </ul>
 *
 * <p>Padding is cut off for real, rows and columns; the two mean squares are over the pairs that
 * are left in the whole batch. The released code instead adds -10,000 to both scores and counts
 * padded rows; without padding the two are equal. One token gives 0 for the forms with a softmax;
 * a sequence of padding alone counts as 0; an empty batch gives 0.
 *
 * <p>Where A does not divide a width, the released code leaves out the last columns ({@code drop},
 * the default of the two mean squares); MiniLMv2 knows no such case ({@code refuse}, the default of
 * the KL). A equal to the width, d = 1, is fine.
 *
 * @param form which distance
 * @param heads the number A of relation heads, or 0 for the teacher's number of attention heads
 * @param weights the weight w of each part that counts, above 0
 * @param attachment which layer of the student learns from which of the teacher; the losses of
 *     several pairs add up
 * @param remainder what to do where A does not divide a width
 */
public record SelfAttentionRelation(
    Form form,
    int heads,
    ImmutableMap<Part, Double> weights,
    Attachment attachment,
    Remainder remainder)
    implements Objective {
  /** Its name in recipes. */
  public static final String NAME = "self-attention-relation";

  private static final Option<Form> FORM = Option.word(
      "form",
      Form.KL_RELATIONS,
      "distance: MiniLMv2's, that of AutoDistil's paper, that of its released code");
  private static final Option<Integer> HEADS =
      Option.integerOr("heads", "teacher", 0, 1, "relation heads; the teacher's attention heads");
  private static final Option<ImmutableList<Part>> OF =
      Option.words("of", Part.class, "which projections count");
  private static final Option<ImmutableList<Double>> WEIGHTS =
      Option.numbers("weights", "1 each", "the weight of each of them, in their order");
  private static final Option<Remainder> REMAINDER = Option.word(
      "remainder",
      Remainder.BY_FORM,
      "where the heads do not divide a width; by form: refuse for kl-relations, else drop");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "relations between positions in queries, keys and values")
      .from("Xu et al., NeurIPS 2022; Wang et al., arXiv 2012.15828")
      .reads("queries, keys, values of one layer of both, mask")
      .after(
          ObjectiveKind.Origin.AUTHORS_CODE,
          "microsoft/autodistil for mse-scores; the papers for the other forms")
      .golden("minilm_v2", "autodistil")
      .options(FORM, HEADS, OF, WEIGHTS, REMAINDER)
      .options(AttachmentOptions.LAYERS_ONLY)
      .make(SelfAttentionRelation::of);

  /** Every part with weight 1. */
  public static final ImmutableMap<Part, Double> ALL =
      ImmutableMap.of(Part.QUERY, 1.0, Part.KEY, 1.0, Part.VALUE, 1.0);

  /** Which distance of which relation. */
  public enum Form {
    /** Divergence of the relations. */
    KL_RELATIONS(RelationDistance.DIVERGENCE),
    /** Mean squared difference of the relations. */
    MSE_RELATIONS(RelationDistance.MEAN_SQUARE_OF_RELATIONS),
    /** Mean squared difference of the raw scores. */
    MSE_SCORES(RelationDistance.MEAN_SQUARE_OF_SCORES);

    private final RelationDistance distance;

    Form(RelationDistance distance) {
      this.distance = distance;
    }
  }

  /** A projection of a layer. */
  public enum Part {
    /** Queries. */
    QUERY,
    /** Keys. */
    KEY,
    /** Values. */
    VALUE;

    /** Its tap in a layer. */
    Tap tap(int layer) {
      return switch (this) {
        case QUERY -> Tap.query(layer);
        case KEY -> Tap.key(layer);
        case VALUE -> Tap.value(layer);
      };
    }
  }

  /** What to do with a width that the relation heads do not divide. */
  public enum Remainder {
    /** Refuse it for {@code kl-relations}, drop it for the other forms. */
    BY_FORM,
    /** Leave out the last columns. */
    DROP,
    /** Refuse it. */
    REFUSE
  }

  /** Checks heads and weights. */
  public SelfAttentionRelation {
    if (heads < 0) {
      throw new IllegalArgumentException(
          NAME + ".heads must be at least 1, or 0 for the teacher's, not (" + heads + ")");
    }
    if (weights.isEmpty()) {
      throw new IllegalArgumentException(NAME + ".of needs at least one of query, key, value");
    }
    weights.values().forEach(weight -> Checks.positive(NAME, "weights", weight));
  }

  private static SelfAttentionRelation of(Given given) {
    ImmutableList<Part> parts = given.get(OF);
    ImmutableList<Double> weights = given.get(WEIGHTS);
    if (!weights.isEmpty() && weights.size() != parts.size()) {
      throw new IllegalArgumentException(NAME + ".weights must be " + parts.size()
          + " numbers, one for each of " + OF.name() + ", not (" + weights + ")");
    }
    ImmutableMap.Builder<Part, Double> weighted = ImmutableMap.builder();
    for (int i = 0; i < parts.size(); i++) {
      weighted.put(parts.get(i), weights.isEmpty() ? 1.0 : weights.get(i));
    }
    return new SelfAttentionRelation(
        given.get(FORM),
        given.get(HEADS),
        weighted.buildOrThrow(),
        AttachmentOptions.of(given),
        given.get(REMAINDER));
  }

  /** The last layers, all parts with weight 1. */
  public SelfAttentionRelation(Form form, int heads) {
    this(form, heads, ALL, Attachment.LAST, Remainder.BY_FORM);
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Reads the projections of both.
   *
   * @throws IllegalArgumentException when a layer does not exist or the heads do not divide a width
   */
  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    ImmutableSet.Builder<Tap> own = ImmutableSet.builder();
    ImmutableSet.Builder<Tap> others = ImmutableSet.builder();
    for (LayerPair each : layers(student, teacher)) {
      int split = relationHeads(teacher, each);
      checkWidth("student " + student, width(student, each.student() - 1), split);
      checkWidth("teacher " + teacher, width(teacher, each.teacher() - 1), split);
      own.addAll(taps(each.student() - 1));
      others.addAll(taps(each.teacher() - 1));
    }
    return new Needs(false, false, true, own.build(), others.build());
  }

  private ImmutableList<LayerPair> layers(Architecture student, Architecture teacher) {
    return attachment.layers(NAME, student, teacher);
  }

  private ImmutableSet<Tap> taps(int layer) {
    return weights.keySet().stream()
        .map(part -> part.tap(layer))
        .collect(ImmutableSet.toImmutableSet());
  }

  private static long width(Architecture architecture, int layer) {
    return (long) architecture.integer("heads", layer) * architecture.integer("head-size");
  }

  private int relationHeads(Architecture teacher, LayerPair pair) {
    return heads > 0 ? heads : teacher.integer("heads", pair.teacher() - 1);
  }

  private boolean refuses() {
    return remainder == Remainder.REFUSE
        || (remainder == Remainder.BY_FORM && form == Form.KL_RELATIONS);
  }

  private void checkWidth(String whose, long width, int split) {
    if (width < split || (refuses() && width % split != 0)) {
      throw new IllegalArgumentException(NAME + ": " + split + " relation heads do not divide the"
          + " attention width " + width + " of the " + whose
          + "; choose heads that divide every width, or remainder: drop");
    }
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    Architecture student = inputs.studentArchitecture();
    Architecture teacher = inputs.teacherArchitecture();
    NDArray total = null;
    for (LayerPair pair : layers(student, teacher)) {
      int split = relationHeads(teacher, pair);
      for (Map.Entry<Part, Double> each : weights.entrySet()) {
        NDArray term = Scaling.by(
            term(
                inputs.student().tap(each.getKey().tap(pair.student() - 1)),
                inputs.requireTeacher().tap(each.getKey().tap(pair.teacher() - 1)),
                inputs.batch().mask(),
                split),
            each.getValue());
        total = total == null ? term : total.add(term);
      }
    }
    return Objects.requireNonNull(total);
  }

  /**
   * L_X of one part, without its weight.
   *
   * @param student [B,S,width]
   * @param teacher [B,S,width of its own], detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   * @throws IllegalArgumentException when shapes do not fit, or when the heads are the teacher's:
   *     arrays do not tell how many it has
   */
  public NDArray term(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    if (heads == 0) {
      throw new IllegalArgumentException(
          NAME + " of arrays needs a number of relation heads, not the teacher's (0)");
    }
    return term(student, teacher, mask, heads);
  }

  private NDArray term(NDArray student, NDArray teacher, @Nullable NDArray mask, int split) {
    Checks.sequences(NAME, "projections", student, teacher, mask);
    checkWidth("student", student.getShape().get(2), split);
    checkWidth("teacher", teacher.getShape().get(2), split);
    NDManager manager = student.getManager();
    NDArray valid = mask == null ? null : Tensors.constantFloat(mask, manager);
    NDArray own = Relations.split(student, split);
    NDArray other = Relations.split(Tensors.constant(teacher, manager), split);
    return form.distance.of(own, other, valid);
  }
}
