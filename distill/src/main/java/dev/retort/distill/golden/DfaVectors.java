package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.arithmetic.Aggregation;
import dev.retort.distill.objective.procedure.DfaBridge;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The aggregation of a group's layers, and the bridge loss. */
final class DfaVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("teacher_features")) {
      NDArray beta = from.student("beta");
      NDArray aggregation = Aggregation.of(layers(from, "teacher_features"), beta);
      return new Computed(
          aggregation.square().mean(),
          ImmutableMap.of("weights", Aggregation.weights(beta), "aggregation", aggregation));
    }
    DfaBridge bridge = new DfaBridge(from.numberOr("gamma_st", 1), from.numberOr("gamma_ts", 1));
    List<DfaBridge.Group> groups = new ArrayList<>();
    NDArray classes = from.student("fc");
    UnaryOperator<NDArray> classifier = x -> x.matMul(classes.transpose());
    int count = 1;
    while (from.has("t" + (count + 1))) {
      count++;
    }
    List<UnaryOperator<NDArray>> shared = new ArrayList<>();
    for (int later = 2; later <= count; later++) {
      shared.add(linear(from, "f" + later));
    }
    for (int i = 1; i <= count; i++) {
      // From the aggregation through its connector, the later groups, and the classifier.
      List<UnaryOperator<NDArray>> rest = new ArrayList<>();
      rest.add(linear(from, "m_t" + i));
      for (int later = i + 1; later <= count; later++) {
        UnaryOperator<NDArray> group = shared.get(later - 2);
        rest.add(x -> group.apply(x).getNDArrayInternal().relu());
      }
      rest.add(classifier);
      groups.add(new DfaBridge.Group(
          from.student("s" + i),
          layers(from, "t" + i),
          from.student("beta" + i),
          linear(from, "m_s" + i),
          x -> through(x, rest)));
    }
    // Logits have a column for each row of the classifier.
    ImmutableList<DfaBridge.Terms> terms = bridge.terms(groups, from.labels(classes.transpose()));
    ImmutableMap.Builder<String, Object> components = ImmutableMap.builder();
    for (int i = 0; i < terms.size(); i++) {
      components.put("ST_group" + (i + 1), terms.get(i).studentToTeacher());
      components.put("TS_group" + (i + 1), terms.get(i).teacherToStudent());
    }
    return new Computed(bridge.total(terms), components.buildOrThrow());
  }

  private static NDArray through(NDArray input, List<UnaryOperator<NDArray>> functions) {
    NDArray state = input;
    for (UnaryOperator<NDArray> each : functions) {
      state = each.apply(state);
    }
    return state;
  }

  /** y = x w^T. */
  private static UnaryOperator<NDArray> linear(GoldenCase from, String weight) {
    NDArray matrix = from.student(weight);
    return x -> x.matMul(matrix.transpose());
  }

  private static List<NDArray> layers(GoldenCase from, String input) {
    NDArray all = from.constant(input);
    List<NDArray> layers = new ArrayList<>();
    for (long i = 0; i < all.getShape().get(0); i++) {
      layers.add(all.get(i));
    }
    return layers;
  }
}
