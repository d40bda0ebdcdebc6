package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * An active shape model, whose soft landmarks a tolerant teacher learns: Cootes et al. (CVIU 1995),
 * as in aliprf/KD-Loss (pca_utility.py).
 *
 * <p>With m the mean shape, V the leading eigenvectors of the shapes' covariance as columns [D,K]
 * and v their eigenvalues, a shape x [D] has the parameters b = V^T (x - m), each clipped to +-3
 * sqrt(v_i); its soft landmarks are m + V b. Fewer components: more tolerant.
 *
 * @param mean m, D coordinates
 * @param components the columns of V, each D numbers and of length 1, by falling eigenvalue
 * @param variances v, as many, at least 0, with divisor n - 1
 */
public record ShapeModel(
    ImmutableDoubleArray mean,
    ImmutableList<ImmutableDoubleArray> components,
    ImmutableDoubleArray variances) {
  private static final double CLIP = 3;

  /** Checks the sizes. */
  public ShapeModel {
    int width = mean.length();
    if (components.size() != variances.length()
        || components.stream().anyMatch(each -> each.length() != width)) {
      throw new IllegalArgumentException("A shape model of " + width + " coordinates needs as many"
          + " variances as components, each of that length, not (" + variances.length() + ") and ("
          + components.stream().map(ImmutableDoubleArray::length).toList() + ")");
    }
    if (variances.stream().anyMatch(each -> !(each >= 0))) {
      throw new IllegalArgumentException("Variances must be at least 0, not (" + variances + ")");
    }
  }

  /**
   * Fits a model to shapes by principal component analysis.
   *
   * @param shapes n shapes of D coordinates each, at least two
   * @param share how much of the variance is kept, above 0 and below 1: as few components as keep
   *     more than that; the authors: 0.85, 0.9 and 0.97
   * @throws IllegalArgumentException when shapes differ in length or are all the same
   */
  public static ShapeModel fit(List<double[]> shapes, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be above 0 and below 1, not (" + share + ")");
    }
    double[] mean = mean(shapes);
    EigenDecomposition parts = new EigenDecomposition(covariance(shapes, mean));
    double[] values = parts.getRealEigenvalues();
    double all = 0;
    for (double each : values) {
      all += Math.max(0, each);
    }
    if (!(all > 0)) {
      throw new IllegalArgumentException(
          "The (" + shapes.size() + ") shapes are all the same: there is nothing to fit");
    }
    List<ImmutableDoubleArray> components = new ArrayList<>();
    ImmutableDoubleArray.Builder variances = ImmutableDoubleArray.builder();
    double kept = 0;
    for (int i = 0; i < values.length && kept <= share * all; i++) {
      double variance = Math.max(0, values[i]);
      kept += variance;
      variances.add(variance);
      components.add(ImmutableDoubleArray.copyOf(upright(parts.getEigenvector(i).toArray())));
    }
    return new ShapeModel(
        ImmutableDoubleArray.copyOf(mean), ImmutableList.copyOf(components), variances.build());
  }

  private static RealMatrix covariance(List<double[]> shapes, double[] mean) {
    RealMatrix centred = new Array2DRowRealMatrix(shapes.size(), mean.length);
    for (int i = 0; i < shapes.size(); i++) {
      for (int j = 0; j < mean.length; j++) {
        centred.setEntry(i, j, shapes.get(i)[j] - mean[j]);
      }
    }
    return centred.transpose().multiply(centred).scalarMultiply(1.0 / (shapes.size() - 1));
  }

  private static double[] mean(List<double[]> shapes) {
    if (shapes.size() < 2) {
      throw new IllegalArgumentException(
          "A shape model needs at least two shapes, not (" + shapes.size() + ")");
    }
    double[] mean = new double[shapes.get(0).length];
    for (double[] each : shapes) {
      if (each.length != mean.length) {
        throw new IllegalArgumentException("Shapes must have as many coordinates each, not ("
            + mean.length + ") and (" + each.length + ")");
      }
      for (int j = 0; j < mean.length; j++) {
        mean[j] += each[j] / shapes.size();
      }
    }
    return mean;
  }

  /** The sign of a component is free: its largest entry is made positive, on any machine. */
  private static double[] upright(double[] component) {
    double largest = 0;
    for (double each : component) {
      largest = Math.abs(each) > Math.abs(largest) ? each : largest;
    }
    double sign = largest < 0 ? -1 : 1;
    for (int i = 0; i < component.length; i++) {
      component[i] *= sign;
    }
    return component;
  }

  /**
   * The parameters of shapes.
   *
   * @param shapes [B,D]
   * @return V^T (x - m), [B,K], not clipped, a constant of the same manager and type
   */
  public NDArray projected(NDArray shapes) {
    checkShapes(shapes);
    NDManager manager = shapes.getManager();
    try (NDManager step = manager.newSubManager()) {
      NDArray free = fixed(shapes, step).sub(row(step, shapes)).matMul(vectors(step, shapes));
      free.attach(manager);
      return free;
    }
  }

  /**
   * The parameters of shapes, each clipped to +-3 sqrt(v_i).
   *
   * @param shapes [B,D]
   * @return b, [B,K], a constant of the same manager and type
   */
  public NDArray parameters(NDArray shapes) {
    NDManager manager = shapes.getManager();
    try (NDManager step = manager.newSubManager()) {
      double[] most = variances.stream().map(each -> CLIP * Math.sqrt(each)).toArray();
      NDArray limit = step.create(most).toType(shapes.getDataType(), false);
      NDArray clipped = projected(fixed(shapes, step)).minimum(limit).maximum(limit.neg());
      clipped.attach(manager);
      return clipped;
    }
  }

  /**
   * The shapes that parameters stand for.
   *
   * @param parameters b, [B,K]
   * @return m + V b, [B,D], a constant of the same manager and type
   */
  public NDArray shapes(NDArray parameters) {
    NDManager manager = parameters.getManager();
    try (NDManager step = manager.newSubManager()) {
      NDArray shapes = fixed(parameters, step)
          .matMul(vectors(step, parameters).transpose())
          .add(row(step, parameters));
      shapes.attach(manager);
      return shapes;
    }
  }

  /**
   * The soft landmarks of shapes.
   *
   * @param shapes [B,D]
   * @return m + V b with b clipped, [B,D], a constant of the same manager and type
   */
  public NDArray soft(NDArray shapes) {
    try (NDArray clipped = parameters(shapes)) {
      return shapes(clipped);
    }
  }

  private void checkShapes(NDArray shapes) {
    Shape shape = shapes.getShape();
    if (shape.dimension() != 2 || shape.get(1) != mean.length()) {
      throw new IllegalArgumentException("Shapes have shape " + shape + ", needed [B,"
          + mean.length() + "], the coordinates that the shape model knows");
    }
  }

  private static NDArray fixed(NDArray shapes, NDManager manager) {
    NDArray fixed = shapes.stopGradient();
    fixed.attach(manager);
    return fixed;
  }

  private NDArray row(NDManager manager, NDArray like) {
    return manager.create(mean.toArray()).toType(like.getDataType(), false);
  }

  /** V, [D,K]. */
  private NDArray vectors(NDManager manager, NDArray like) {
    double[] rows =
        components.stream().flatMapToDouble(ImmutableDoubleArray::stream).toArray();
    return manager
        .create(rows, new Shape(components.size(), mean.length()))
        .toType(like.getDataType(), false)
        .transpose();
  }
}
