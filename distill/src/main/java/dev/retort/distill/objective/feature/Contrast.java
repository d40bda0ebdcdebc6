package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Products;
import dev.retort.supernet.kernel.Scaling;
import java.util.function.UnaryOperator;

/**
 * Products of a batch with the memory of another network, of which each example asks for some. B
 * batch, D width, N examples remembered, K negatives.
 *
 * <p>Where fewer rows are asked for than there are, they are gathered; else all products are made,
 * which are fewer numbers than a row for each pair. The gradient is taken at once, so the memory
 * may be written before the backward pass.
 *
 * @param vectors of length 1, with their graph [B,D]
 * @param rows the rows that are asked for [B,1+K,D], or the whole memory [N,D]
 * @param products without a graph, of the vectors with these rows [B,1+K], or with all [B,N]
 * @param index which rows are asked for [B,1+K], int64
 * @param temperature divides products
 */
public record Contrast(
    NDArray vectors, NDArray rows, NDArray products, NDArray index, double temperature) {

  /**
   * Makes the products.
   *
   * @param vectors of length 1 [B,D]
   * @param memory of the other network [N,D]
   * @param index the example's own row and those of its negatives [B,1+K], int64
   * @param temperature above 0
   */
  public static Contrast of(NDArray vectors, NDArray memory, NDArray index, double temperature) {
    Shape shape = index.getShape();
    try (Autograd off = Autograd.off()) {
      if (shape.size() < memory.getShape().get(0)) {
        NDArray rows = memory
            .get(vectors.getManager(), new NDIndex("{}", index.reshape(-1)))
            .reshape(shape.get(0), shape.get(1), memory.getShape().get(1));
        NDArray products = rows.matMul(vectors.expandDims(2)).reshape(shape);
        return new Contrast(vectors, rows, products, index, temperature);
      }
      NDArray all = Tensors.constant(memory, vectors.getManager());
      NDArray products = Products.of(vectors.stopGradient(), all.transpose());
      return new Contrast(vectors, all, products, index, temperature);
    }
  }

  private boolean gathered() {
    return rows.getShape().dimension() == 3;
  }

  /** What the examples asked for, over the temperature, without a graph [B,1+K]. */
  public NDArray scores() {
    try (Autograd off = Autograd.off()) {
      return scores(products);
    }
  }

  private NDArray scores(NDArray of) {
    return Scaling.over(gathered() ? of : of.gather(index, 1), temperature);
  }

  /**
   * A function of the scores with its graph back to the vectors; there is no second derivative.
   *
   * @param function a scalar of scores [B,1+K], or one number of each row
   * @return the scalar, or the sum of the numbers
   */
  public NDArray following(UnaryOperator<NDArray> function) {
    if (!Autograd.isRecording()) {
      return function.apply(scores(products)).sum();
    }
    Autograd.Slope slope = Autograd.slope(products, each -> function.apply(scores(each)));
    NDArray gradient = gathered()
        ? slope.derivative().expandDims(1).matMul(rows).squeeze(1)
        : Products.of(slope.derivative(), rows);
    return slope.value().sum().add(Tensors.zeroed(vectors.mul(gradient).sum()));
  }
}
