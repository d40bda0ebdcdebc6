package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Aggregation;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Tap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DFA, differentiable feature aggregation: Guan et al., "Differentiable Feature Aggregation Search
 * for Knowledge Distillation" (ECCV 2020, arXiv 2008.00506), the student-to-teacher side of its
 * bridge loss. A reconstruction: no code is published.
 *
 * <p>The teacher is cut into groups of layers. With T^1..T^n what the layers of a group give, beta
 * [n] trained and S what the student's layer gives:
 *
 * <ul>
 *   <li>A = sum_j softmax(beta)_j T^j;
 *   <li>L = mean over all entries of (fit(S) - A)^2, over the tokens of hidden states; summed over
 *       the groups.
 * </ul>
 *
 * <p>The teacher is detached, beta is not. A group are the teacher's layers after that of the pair
 * before, up to the pair's own; of a convolutional network the blocks of the stage, without the
 * stem. Its layers must be of one shape. beta begins as 0, so all count alike. A group of one layer
 * is plain feature distillation. The groups follow from the student's layers, so that students of
 * one training must be of one depth.
 *
 * <p>In a stage beta is trained on the same batches as the student, which the paper does not do: it
 * searches beta on the other half of the data, with the teacher-to-student side
 * ({@code DfaBridge}) to keep the last layer from being all.
 *
 * @param attachment each student layer and the last layer of its group; every one by default
 * @param fit whether there is a connector, a linear layer to the teacher's width; true by default
 */
public record Dfa(Attachment attachment, boolean fit) implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "dfa";

  private static final String BETA = "beta";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "a trained mean of the layers of each of the teacher's groups")
      .from("Guan et al., ECCV 2020")
      .reads("features of both, all layers of the teacher's groups, mask")
      .after(
          ObjectiveKind.Origin.RECONSTRUCTION,
          "distance, weights and the search's order are ours; beta is trained with the student")
      .golden("dfa")
      .options(FitLayer.OPTION)
      .options(AttachmentOptions.layersOnly("every one (map: uniform)"))
      .make(given ->
          new Dfa(AttachmentOptions.of(given, Attachment.EVERY), given.get(FitLayer.OPTION)));

  /** Of every group. */
  public Dfa() {
    this(Attachment.EVERY, true);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ImmutableList<ImmutableList<Tap>> groups(Architecture student, Architecture teacher) {
    return attachment.groups(NAME, student, teacher);
  }

  @Override
  public ImmutableList<TensorSpec> tensors(Widths widths) {
    // It begins as 0 and does not decay, as biases do.
    return ImmutableList.of(
        TensorSpec.of(BETA, TensorSpec.Role.BIAS, Axis.of("layers", widths.layers())));
  }

  @Override
  public NDArray loss(Features features) {
    NDArray beta = features.tensors().get(BETA);
    if (beta == null) {
      throw new IllegalArgumentException(NAME + " needs its tensor " + BETA);
    }
    return loss(features.student(), features.group(), beta, features.mask());
  }

  /**
   * The loss of one group.
   *
   * @param student [B,T,height,width], [B,S,T] or [B,T], through the connector if there is one
   * @param teacher what the layers of the group give, n of the same shape, detached here
   * @param beta [n]
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(
      NDArray student, List<NDArray> teacher, NDArray beta, @Nullable NDArray mask) {
    List<NDArray> fixed = new ArrayList<>();
    teacher.forEach(each -> fixed.add(Tensors.constant(each, student.getManager())));
    return HiddenState.meanSquareOf(NAME, student, Aggregation.of(fixed, beta), mask);
  }
}
