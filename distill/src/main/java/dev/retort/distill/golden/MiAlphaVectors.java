package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.feature.MutualInformation;
import dev.retort.distill.objective.feature.Perceptron;

/** The bound on mutual information, of scores or of features behind critics. */
final class MiAlphaVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    MutualInformation objective = new MutualInformation(from.number("alpha"));
    boolean features = from.has("student");
    NDArray teacher = features ? from.constant("teacher") : null;
    NDArray scores = teacher == null
        ? from.student("scores")
        : MutualInformation.scores(
            perceptron(from, "ws").forward(from.student("student")),
            perceptron(from, "wt").forward(teacher));
    NDArray baseline = teacher == null
        ? from.student("baseline")
        : perceptron(from, "wb").forward(teacher).reshape(-1);
    MutualInformation.Terms terms = objective.terms(scores, baseline);
    return new Computed(
        terms.bound().neg(),
        ImmutableMap.of(
            "joint_term", terms.joint(),
            "marginal_term", terms.marginal(),
            "mi_lower_bound", terms.bound(),
            "scores", scores,
            "baseline", baseline));
  }

  /** Three layers, each a matrix and a bias. */
  private static Perceptron perceptron(GoldenCase from, String name) {
    ImmutableList.Builder<FitLayer> layers = ImmutableList.builder();
    for (int i = 0; i < 6; i += 2) {
      layers.add(new FitLayer(from.student(name + i), from.student(name + (i + 1))));
    }
    return new Perceptron(layers.build());
  }
}
