package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.arithmetic.Maps;
import dev.retort.distill.objective.Attachment.PlacePair;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An objective of inner features, attached at one or several pairs of places, whose losses add up.
 *
 * <p>Features are hidden states [B,S,H], maps [B,D,height,width] or vectors [B,D]. With a fit layer
 * the student's are taken to the teacher's width first (a linear layer, or a convolution of size 1
 * over maps), which is the student's tensor {@code PAIR.fit.weight} [teacher's width, student's]
 * and {@code PAIR.fit.bias}. Of maps of two sizes the larger is averaged down.
 */
public interface FeatureObjective extends Objective {
  /** Where it attaches. */
  Attachment attachment();

  /** Whether there is a fit layer. */
  boolean fit();

  /**
   * The loss of one pair of features.
   *
   * @return a scalar with its graph
   * @throws IllegalArgumentException when shapes do not fit; the message has them
   */
  NDArray loss(Features features);

  /**
   * What a pair's loss is computed from.
   *
   * @param student the student's feature, after the fit layer if there is one
   * @param teacher the teacher's feature, detached
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding, or no tokens
   * @param batch the batch that both saw
   * @param tensors the pair's own tensors, by the names of {@link #tensors}
   */
  record Features(
      NDArray student,
      NDArray teacher,
      @Nullable NDArray mask,
      Batch batch,
      ImmutableMap<String, NDArray> tensors) {}

  /**
   * Trainable tensors of one pair, beside its fit layer.
   *
   * @param student the width of the largest student's feature, after the fit layer if there is one
   * @param teacher the width of the teacher's
   */
  default ImmutableList<TensorSpec> tensors(int student, int teacher) {
    return ImmutableList.of();
  }

  /** Whether both features must have one width, which a fit layer gives them. */
  default boolean sameWidth() {
    return true;
  }

  /** Whether it reads labels. */
  default boolean readsLabels() {
    return false;
  }

  /**
   * Reads the features of both.
   *
   * @throws IllegalArgumentException when a place does not exist, or widths differ that must not
   */
  @Override
  default Needs needs(Architecture student, Architecture teacher) {
    ImmutableSet.Builder<Tap> own = ImmutableSet.builder();
    ImmutableSet.Builder<Tap> others = ImmutableSet.builder();
    for (PlacePair each : attachment().places(name(), student, teacher)) {
      if (sameWidth() && !fit()) {
        each.checkWidths(name(), student, teacher);
      }
      own.add(each.student().tap());
      others.add(each.teacher().tap());
    }
    return new Needs(false, readsLabels(), true, own.build(), others.build());
  }

  @Override
  default ImmutableList<TensorSpec> extras(Architecture student, Architecture teacher) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    boolean widths = fit() || !tensors(1, 1).isEmpty();
    for (PlacePair each : attachment().places(name(), student, teacher)) {
      if (widths) {
        int to = each.teacher().width(name(), teacher);
        int from = each.student().width(name(), student);
        List<TensorSpec> own = new ArrayList<>(tensors(fit() ? to : from, to));
        if (fit()) {
          own.addAll(FitLayer.tensors(from, to));
        }
        // Where every layer learns from every layer, those of one student layer share its tensors.
        for (TensorSpec spec : own) {
          String name = each.key() + "." + spec.name();
          specs.putIfAbsent(name, new TensorSpec(name, spec.axes(), spec.role()));
        }
      }
    }
    return ImmutableList.copyOf(specs.values());
  }

  @Override
  default NDArray loss(LossInputs inputs) {
    List<PlacePair> places =
        attachment().places(name(), inputs.studentArchitecture(), inputs.teacherArchitecture());
    List<NDArray> losses = new ArrayList<>();
    for (PlacePair each : places) {
      ImmutableMap<String, NDArray> tensors = inputs.extrasOf(each.key() + ".");
      NDArray student = inputs.student().tap(each.student().tap());
      NDArray teacher = inputs.requireTeacher().tap(each.teacher().tap()).stopGradient();
      NDArray own = Maps.averagedDown(student, teacher);
      NDArray fitted = fit() ? FitLayer.of(name(), tensors).forward(own) : own;
      losses.add(loss(new Features(
          fitted,
          Maps.averagedDown(teacher, student),
          inputs.batch().mask(),
          inputs.batch(),
          tensors)));
    }
    double[] weights = new double[losses.size()];
    Arrays.fill(weights, 1);
    if (attachment().transports()) {
      weights = FeatureFlow.weights(places, losses);
    }
    NDArray total = Scaling.by(losses.get(0), weights[0]);
    for (int i = 1; i < weights.length; i++) {
      total = total.add(Scaling.by(losses.get(i), weights[i]));
    }
    return total;
  }
}
