package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Dice's coefficient (Ecology 26, 1945) of segmented areas, 2 |A and B| / (|A| + |B|), mean over
 * the classes that occur; 1 where nothing was there and nothing was found. Predictions are logits
 * [C*P], plane by plane, targets classes [P], -1 where a pixel does not count; one plane is the
 * foreground against the rest, by the sign of its logit.
 *
 * @param byExample whether each example has a value of its own, and the score is their mean, as
 *     medical images are judged; else pixels are counted over all examples
 */
public record Dice(boolean byExample) implements DenseMeasure {
  @Override
  public Score of(float[][] predictions, float[][] targets) {
    return Overlap.score(
        Metric.DICE,
        byExample,
        (shared, predicted, real) -> 2.0 * shared / (predicted + real),
        predictions,
        targets);
  }
}
