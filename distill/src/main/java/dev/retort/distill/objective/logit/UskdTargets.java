package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Ranking;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.supernet.kernel.Scaling;

/**
 * The one or two targets of each row of labels, for {@link Uskd}. B batch, C classes, K 1 or 2
 * targets: 1 for class indices [B], 2 for shares [B,C]. All constants.
 *
 * @param classes the targets [B,K], int64, the largest share first
 * @param shares the share V of each [B,K]; 1 and 0 in a row that has one target
 * @param present 1 where there is such a target, 0 where the row has only one [B,K]
 * @param mask 1 for targets, 0 for others [B,C]
 * @param rows the labels as shares [B,C]
 */
record UskdTargets(NDArray classes, NDArray shares, NDArray present, NDArray mask, NDArray rows) {

  /** The targets of labels that have been checked against the logits. */
  static UskdTargets of(NDArray labels, NDArray logits) {
    NDManager manager = logits.getManager();
    int classes = (int) logits.getShape().get(1);
    NDArray label = Tensors.constant(labels, manager);
    return label.getShape().dimension() == 1
        ? hard(label.toType(DataType.INT64, false), classes)
        : soft(label.toType(DataType.FLOAT32, false), classes);
  }

  private static UskdTargets hard(NDArray labels, int classes) {
    NDArray index = labels.expandDims(1);
    NDArray one = index.toType(DataType.FLOAT32, true).onesLike();
    NDArray rows = labels.oneHot(classes, DataType.FLOAT32);
    return new UskdTargets(index, one, one, rows, rows);
  }

  private static UskdTargets soft(NDArray labels, int classes) {
    NDManager manager = labels.getManager();
    NDArray order = Ranking.order(labels);
    NDArray sorted = labels.gather(order, 1);
    NDArray second = column(sorted, 1);
    NDArray third = classes > 2 ? column(sorted, 2) : second.zerosLike();
    NDArray two = second.gt(third).toType(DataType.FLOAT32, false);
    NDArray first = two.mul(column(sorted, 0)).add(Scaling.plus(two.neg(), 1));

    NDArray index = Tensors.leading(order, 2, manager);
    NDArray mask = hot(index, 0, classes).add(hot(index, 1, classes).mul(two));
    return new UskdTargets(
        index, first.concat(second.mul(two), 1), two.onesLike().concat(two, 1), mask, labels);
  }

  private static NDArray column(NDArray rows, long place) {
    return Tensors.second(rows, place, rows.getManager()).expandDims(1);
  }

  private static NDArray hot(NDArray index, long place, int classes) {
    return Tensors.second(index, place, index.getManager()).oneHot(classes, DataType.FLOAT32);
  }

  /** The targets' entries [B,K] of values [B,C]. */
  NDArray pick(NDArray values) {
    return values.gather(classes, 1);
  }

  /**
   * The smoothed target labels P = S^2 + V - mean S^2 [B,K], 0 where there is no such target; the
   * mean of each column is over the rows that have that target.
   *
   * @param probabilities softmax of the student's logits [B,C]
   */
  NDArray smoothed(NDArray probabilities) {
    NDArray square = pick(probabilities).square();
    int[] rows = {0};
    NDArray mean =
        square.mul(present).sum(rows, true).div(Scaling.atLeast(present.sum(rows, true), 1));
    return square.add(shares).sub(mean).mul(present);
  }
}
