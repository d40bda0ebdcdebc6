package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Scaling;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A classifier on the first token as it is, in the form of BertForSequenceClassification or
 * RobertaForSequenceClassification, which always has a dense layer and tanh before it: tanh(e x) /
 * e, up to a relative error of (e x)^2 / 3.
 *
 * <p>e is a power of two, so e x and W / e are exact. At 2^-13 an entry of 10, far out for
 * layer-normalised x, is off by 5e-7 of itself; at 2^-10 it would be 3e-5, which the sum in a logit
 * can make visible. Smaller would leave the range of binary16 for those who convert the export.
 */
final class PassingPooler {
  static final float E = 0x1p-13f;

  private PassingPooler() {}

  /** The tensors to write, H hidden, C classes: the dense e I [H,H], the classifier W / e [C,H]. */
  static Map<String, NDArray> tensors(Weights weights, EncoderLayout layout, NDManager scratch) {
    int hidden = weights.architecture().integer("hidden");
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> {
      if (name.equals(layout.classifier() + ".weight")) {
        tensors.put(layout.dense() + ".weight", Scaling.by(scratch.eye(hidden), E));
        tensors.put(layout.dense() + ".bias", scratch.zeros(new Shape(hidden)));
        NDArray scaled = Scaling.over(tensor, E);
        scaled.attach(scratch);
        tensors.put(name, scaled);
      } else {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }
}
