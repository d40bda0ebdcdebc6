package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.FitLayer;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;

/**
 * Three linear layers with ReLU between them, y = x w^T + v each: the critics of MI-alpha. The
 * first is made at the largest student's width, of which a narrower student uses the first columns.
 *
 * @param layers the three
 */
public record Perceptron(ImmutableList<FitLayer> layers) {
  private static final int LAYERS = 3;

  /** Checks that there are three. */
  public Perceptron {
    if (layers.size() != LAYERS) {
      throw new IllegalArgumentException(
          "A perceptron has three layers here, not (" + layers.size() + ")");
    }
  }

  /** Its tensors, {@code NAME.0.weight} to {@code NAME.2.bias}. */
  static ImmutableList<TensorSpec> tensors(String name, int in, int hidden, int out) {
    Axis inner = Axis.of(name + ".hidden", hidden);
    Axis given = Axis.of("width", in);
    ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
    for (int i = 0; i < LAYERS; i++) {
      Axis to = i < LAYERS - 1 ? inner : Axis.of(name + ".out", out);
      specs.add(
          TensorSpec.of(weight(name, i), TensorSpec.Role.CRITIC, to, i == 0 ? given : inner),
          TensorSpec.of(bias(name, i), TensorSpec.Role.BIAS, to));
    }
    return specs.build();
  }

  /** The layers of a pair's tensors. */
  static Perceptron of(String objective, ImmutableMap<String, NDArray> tensors, String name) {
    ImmutableList.Builder<FitLayer> layers = ImmutableList.builder();
    for (int i = 0; i < LAYERS; i++) {
      layers.add(FitLayer.of(objective, tensors, weight(name, i), bias(name, i)));
    }
    return new Perceptron(layers.build());
  }

  private static String weight(String name, int layer) {
    return name + "." + layer + ".weight";
  }

  private static String bias(String name, int layer) {
    return name + "." + layer + ".bias";
  }

  /** Vectors [B,in] through the layers, [B,out]. */
  public NDArray forward(NDArray vectors) {
    NDArray first = layers.get(0).forward(vectors).getNDArrayInternal().relu();
    NDArray second = layers.get(1).forward(first).getNDArrayInternal().relu();
    return layers.get(2).forward(second);
  }
}
