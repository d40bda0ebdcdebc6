package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Scaling;

/** Views whose life is the caller's: each belongs to the manager that it is given. */
public final class Tensors {
  private Tensors() {}

  /** The same values without a graph, in that manager. */
  public static NDArray constant(NDArray array, NDManager manager) {
    NDArray view = array.stopGradient();
    view.attach(manager);
    return view;
  }

  /** 0 in place of the values, with their graph: adds a gradient to a sum, and nothing else. */
  public static NDArray zeroed(NDArray array) {
    return array.sub(constant(array, array.getManager()));
  }

  /** The same values without a graph and as float32, in that manager. */
  public static NDArray constantFloat(NDArray array, NDManager manager) {
    return constant(array, manager).toType(DataType.FLOAT32, false);
  }

  /** The first entries of the last axis, with their graph, in that manager. */
  public static NDArray leading(NDArray array, long count, NDManager manager) {
    int outer = array.getShape().dimension() - 1;
    return array.get(manager, new NDIndex().addAllDim(outer).addSliceDim(0, count));
  }

  /** The entry of the second axis at a place, that axis gone, in that manager. */
  public static NDArray second(NDArray array, long place, NDManager manager) {
    return array.get(manager, new NDIndex().addAllDim().addIndices(place));
  }

  /** The first entries of the first axis, with their graph, in that manager. */
  public static NDArray first(NDArray array, long count, NDManager manager) {
    return array.getShape().get(0) == count
        ? array
        : array.get(manager, new NDIndex().addSliceDim(0, count));
  }

  /** Logits of pixels [B,C,height,width] as rows [B height width,C]; others as they are. */
  public static NDArray rowsOfPixels(NDArray logits) {
    Shape shape = logits.getShape();
    return shape.dimension() == 4
        ? logits
            .transpose(0, 2, 3, 1)
            .reshape(shape.get(0) * shape.get(2) * shape.get(3), shape.get(1))
        : logits;
  }

  /** The first axis averaged: rows are summed and divided by their number, 0 for no row. */
  public static NDArray meanOfRows(NDArray rows) {
    return Scaling.over(rows.sum(), Math.max(1, rows.getShape().get(0)));
  }
}
