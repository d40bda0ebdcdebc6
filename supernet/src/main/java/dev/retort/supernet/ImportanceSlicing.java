package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Family;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Leading slices of weights whose planes stand in the order of their importance, the L1 norm of the
 * weights that write them (Li et al., Pruning filters, ICLR 2017; Once-for-All, ICLR 2020, sorts so
 * before it shrinks widths).
 *
 * <p>Planes are known by the name of their axis: what is added to one another shares a name, and is
 * sorted as one, by the sum over all that writes it. Heads are sorted as wholes. Only what some
 * weight writes and another reads is sorted, not colours, not classes, and only what its family
 * says may be ({@link Family#isSortable}). The sorted network is the same function.
 *
 * <p>A convolution of several groups that is not depthwise fixes the order of its planes, and its
 * tensor does not tell which planes it reads: such networks are refused.
 */
public final class ImportanceSlicing implements Slicing {
  static final String NAME = "importance";

  private final LeadingSlicing leading = new LeadingSlicing();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Cut cut(TensorSpec shared, TensorSpec sub) {
    return leading.cut(shared, sub);
  }

  @Override
  public Weights prepared(Weights weights, NDManager manager) {
    return sorted(weights, manager);
  }

  /**
   * The weights with every plane at its place by importance, the most important first, of equal
   * ones the first first.
   *
   * @param weights float32 weights; they stay as they are
   * @param manager what the sorted tensors belong to
   * @throws IllegalArgumentException when the network has a grouped convolution
   */
  public static Weights sorted(Weights weights, NDManager manager) {
    List<TensorSpec> specs = weights.architecture().blueprint().tensors();
    Map<String, Integer> units = sortable(weights.architecture(), specs);
    Map<String, double[]> importance = importance(specs, units, weights);
    Map<String, int[]> orders = new LinkedHashMap<>();
    importance.forEach((name, norms) -> orders.put(
        name,
        IntStream.range(0, norms.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer unit) -> -norms[unit]))
            .mapToInt(Integer::intValue)
            .toArray()));
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    for (TensorSpec spec : specs) {
      float[] values = weights.get(spec.name()).toFloatArray();
      for (int axis = 0; axis < planes(spec).size(); axis++) {
        int[] order = orders.get(spec.axes().get(axis).name());
        if (order != null) {
          values = permuted(values, spec, axis, order);
        }
      }
      // The copy lies in the engine's own memory, as InitialWeights says.
      try (NDArray borrowed = manager.create(values, new Shape(spec.shape()))) {
        tensors.put(spec.name(), borrowed.duplicate());
      }
    }
    return Weights.of(weights.architecture(), tensors.buildOrThrow());
  }

  private static boolean isProduct(TensorSpec spec) {
    return spec.role() == Role.KERNEL || spec.role() == Role.MATRIX;
  }

  /** The axes of a tensor that count planes: all but the window of a kernel. */
  private static List<Axis> planes(TensorSpec spec) {
    return spec.role() == Role.KERNEL ? spec.axes().subList(0, 2) : spec.axes();
  }

  /** What moves as one: the groups of an axis that has several, else its entries. */
  private static int units(Axis axis) {
    return axis.groups() > 1 ? axis.groups() : axis.size();
  }

  /** The names of axes that one product writes and another reads, and how many units each has. */
  private static Map<String, Integer> sortable(Architecture architecture, List<TensorSpec> specs) {
    Set<String> read = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (isProduct(spec)) {
        Axis in = spec.axes().get(1);
        if (in.name().equals("group") && in.length() > 1) {
          throw new IllegalArgumentException("The planes that grouped convolution (" + spec.name()
              + ") reads cannot be sorted: use slicing " + LeadingSlicing.NAME);
        }
        read.add(in.name());
      }
    }
    Map<String, Integer> units = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      Axis out = spec.axes().get(0);
      if (isProduct(spec)
          && read.contains(out.name())
          && architecture.family().isSortable(architecture, out.name())) {
        units.put(out.name(), units(out));
      }
    }
    // One name over lengths that differ says nothing of which entry is which.
    for (TensorSpec spec : specs) {
      for (Axis axis : planes(spec)) {
        Integer known = units.get(axis.name());
        if (known != null && known != units(axis)) {
          units.remove(axis.name());
        }
      }
    }
    return units;
  }

  private static Map<String, double[]> importance(
      List<TensorSpec> specs, Map<String, Integer> units, Weights weights) {
    Map<String, double[]> importance = new LinkedHashMap<>();
    units.forEach((name, count) -> importance.put(name, new double[count]));
    for (TensorSpec spec : specs) {
      double[] norms = isProduct(spec) ? importance.get(spec.axes().get(0).name()) : null;
      if (norms != null) {
        float[] values = weights.get(spec.name()).toFloatArray();
        int each = values.length / norms.length;
        for (int i = 0; i < values.length; i++) {
          norms[i / each] += Math.abs(values[i]);
        }
      }
    }
    return importance;
  }

  /** The tensor with the units of one axis in another order. */
  private static float[] permuted(float[] values, TensorSpec spec, int axis, int[] order) {
    long[] shape = spec.shape();
    int inner = Math.toIntExact(shape[axis]) / order.length;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= (int) shape[i];
    }
    float[] permuted = new float[values.length];
    int run = inner * order.length;
    for (int start = 0; start < values.length; start += run) {
      for (int unit = 0; unit < order.length; unit++) {
        System.arraycopy(
            values, start + order[unit] * inner, permuted, start + unit * inner, inner);
      }
    }
    return permuted;
  }
}
