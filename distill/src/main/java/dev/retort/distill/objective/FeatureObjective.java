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
import java.util.ArrayList;
import java.util.HashMap;
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
   * @param group what the layers of the teacher's group give, in order, the teacher's feature among
   *     them; that feature alone unless {@link #groups} says otherwise
   * @param batch the batch that both saw
   * @param tensors the pair's own tensors, by the names of {@link #tensors}
   */
  record Features(
      NDArray student,
      NDArray teacher,
      @Nullable NDArray mask,
      ImmutableList<NDArray> group,
      Batch batch,
      ImmutableMap<String, NDArray> tensors) {}

  /**
   * The own tensors of one pair, beside its fit layer: trained ones, and what the loss keeps from
   * step to step, which have a role that is not trained.
   */
  default ImmutableList<TensorSpec> tensors(Widths widths) {
    return ImmutableList.of();
  }

  /**
   * How wide the features of a pair are.
   *
   * @param student the width of the largest student's feature, after the fit layer if there is one
   * @param teacher the width of the teacher's
   * @param embeddings whether they are what the embeddings give
   * @param layers how many layers of the teacher are read
   */
  record Widths(int student, int teacher, boolean embeddings, int layers) {
    /** Of no pair, to ask what tensors there would be. */
    private static final Widths NONE = new Widths(1, 1, false, 1);
  }

  /**
   * The layers of the teacher that each pair reads, in order; by default none beside the pair's
   * own, which is an empty list.
   */
  default ImmutableList<ImmutableList<Tap>> groups(Architecture student, Architecture teacher) {
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
    groups(student, teacher).forEach(others::addAll);
    return new Needs(false, readsLabels(), true, own.build(), others.build());
  }

  /**
   * What of a student's feature the loss reads, picked before it is fitted so that nothing else is:
   * such as one vector of a text. Picking and fitting must give the same in either order.
   */
  default NDArray read(NDArray feature) {
    return feature;
  }

  @Override
  default ImmutableList<TensorSpec> extras(Architecture student, Architecture teacher) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    boolean widths = fit() || !tensors(Widths.NONE).isEmpty();
    ImmutableList<ImmutableList<Tap>> groups = groups(student, teacher);
    ImmutableList<PlacePair> places = attachment().places(name(), student, teacher);
    for (int i = 0; i < places.size(); i++) {
      PlacePair each = places.get(i);
      if (widths) {
        int to = each.teacher().width(name(), teacher);
        int from = each.student().width(name(), student);
        int layers = groups.isEmpty() ? 1 : groups.get(i).size();
        List<TensorSpec> own = new ArrayList<>(
            tensors(new Widths(fit() ? to : from, to, each.ofEmbeddings(), layers)));
        if (fit()) {
          own.addAll(FitLayer.tensors(from, to));
        }
        // Where every layer learns from every layer, those of one student layer share its tensors.
        for (TensorSpec spec : own) {
          String name = each.key() + "." + spec.name();
          TensorSpec made = new TensorSpec(name, spec.axes(), spec.role());
          TensorSpec before = specs.putIfAbsent(name, made);
          if (before != null && !before.equals(made)) {
            throw new IllegalArgumentException(name() + ": map: emd would share (" + name
                + ") among layers of several widths of teacher " + teacher
                + "; attach by layer, layers or another map");
          }
        }
      }
    }
    return ImmutableList.copyOf(specs.values());
  }

  @Override
  default NDArray loss(LossInputs inputs) {
    List<PlacePair> places =
        attachment().places(name(), inputs.studentArchitecture(), inputs.teacherArchitecture());
    ImmutableList<ImmutableList<Tap>> groups =
        groups(inputs.studentArchitecture(), inputs.teacherArchitecture());
    List<Features> pairs = new ArrayList<>();
    Map<String, NDArray> fitted = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      ImmutableList<Tap> group = groups.isEmpty() ? ImmutableList.of() : groups.get(i);
      pairs.add(features(inputs, places.get(i), group, fitted));
    }
    if (!attachment().transports()) {
      return pairs.stream().map(this::loss).reduce(NDArray::add).orElseThrow();
    }
    if (tensors(Widths.NONE).stream().allMatch(each -> each.role().trained())) {
      double[] weights = FeatureFlow.weights(places, FeatureFlow.values(pairs, this::loss));
      return FeatureFlow.total(weights, i -> loss(pairs.get(i)));
    }
    // What is kept from step to step moves on with each loss, so that none is taken twice.
    List<NDArray> losses = pairs.stream().map(this::loss).toList();
    double[] weights = FeatureFlow.weights(places, FeatureFlow.values(losses));
    return FeatureFlow.total(weights, losses::get);
  }

  /** What a pair's loss reads; a student's layer that several pairs fit alike is fitted once. */
  private Features features(
      LossInputs inputs, PlacePair pair, ImmutableList<Tap> group, Map<String, NDArray> fitted) {
    ImmutableMap<String, NDArray> tensors = inputs.extrasOf(pair.key() + ".");
    NDArray student = inputs.student().tap(pair.student().tap());
    NDArray teacher = inputs.requireTeacher().tap(pair.teacher().tap()).stopGradient();
    NDArray own = Maps.averagedDown(student, teacher);
    NDArray other = Maps.averagedDown(teacher, student);
    ImmutableList<NDArray> others = group.isEmpty()
        ? ImmutableList.of(other)
        : group.stream()
            .map(tap -> Maps.averagedDown(inputs.requireTeacher().tap(tap).stopGradient(), student))
            .collect(ImmutableList.toImmutableList());
    NDArray seen = read(own);
    if (fit()) {
      // One key is one layer of the student here, and one size is one way of averaging it down.
      NDArray narrow = seen;
      seen = fitted.computeIfAbsent(
          pair.key() + own.getShape(), key -> FitLayer.of(name(), tensors).forward(narrow));
    }
    return new Features(seen, other, inputs.batch().mask(), others, inputs.batch(), tensors);
  }
}
