package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Intersection over union (Jaccard, New Phytologist 11, 1912) of segmented areas, |A and B| / |A or
 * B|, mean over the classes that occur; 1 where nothing was there and nothing was found.
 * Predictions and targets are those of {@link Dice}.
 *
 * @param byExample whether each example has a value of its own, and the score is their mean; else
 *     pixels are counted over all examples, as in Pascal VOC (Everingham et al., IJCV 2010)
 */
public record Iou(boolean byExample) implements DenseMeasure {
  @Override
  public Score of(float[][] predictions, float[][] targets) {
    return Overlap.score(
        Metric.IOU,
        byExample,
        (shared, predicted, real) -> (double) shared / (predicted + real - shared),
        predictions,
        targets);
  }
}
