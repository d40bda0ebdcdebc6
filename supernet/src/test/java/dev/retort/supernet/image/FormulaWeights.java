package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Weights;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Weights and pixels that are formulas of names, as in src/test/scripts/mobile_expected.py. */
public final class FormulaWeights {
  private FormulaWeights() {}

  static Weights of(Architecture architecture, NDManager manager) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      tensors.put(
          spec.name(), manager.create(values(spec), new Shape(spec.shape())).duplicate());
    }
    return Weights.of(architecture, tensors);
  }

  private static float[] values(TensorSpec spec) {
    double[] draws = draws(spec.name(), Math.toIntExact(spec.count()));
    long[] shape = spec.shape();
    long fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    float[] values = new float[draws.length];
    for (int i = 0; i < values.length; i++) {
      double u = draws[i];
      values[i] = (float)
          switch (spec.role()) {
            case VARIANCE -> 1 + u;
            case NORM_GAIN -> 1 + 0.4 * u;
            case KERNEL -> u * 4.5 / Math.sqrt(fanIn);
            case MATRIX, EMBEDDING, TOKEN, TRANSFORM, CRITIC, MEMORY -> u / Math.sqrt(fanIn);
            case BIAS, NORM_SHIFT, MEAN, KEPT -> 0.4 * u;
          };
    }
    return values;
  }

  /** A tensor of a file, told from its name and shape alone. */
  public static float[] values(String name, long[] shape) {
    double[] draws = draws(name, Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b)));
    String end = name.substring(name.lastIndexOf('.') + 1);
    double factor = 0.4;
    double shift = 0;
    if (end.equals("running_var")) {
      factor = 1;
      shift = 1;
    } else if (end.equals("weight") && shape.length == 1) {
      shift = 1;
    } else if (end.equals("weight")) {
      long fanIn = LongStream.of(shape).skip(1).reduce(1, (a, b) -> a * b);
      factor = (shape.length == 4 ? 4.5 : 1) / Math.sqrt(fanIn);
    }
    float[] values = new float[draws.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + factor * draws[i]);
    }
    return values;
  }

  /** Pixels from -1 to 1. */
  public static ImageBatch pixels(NDManager manager, int batch, int channels, int side) {
    double[] draws = draws("pixels", batch * channels * side * side);
    float[] values = new float[draws.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * draws[i]);
    }
    NDArray pixels =
        manager.create(values, new Shape(batch, channels, side, side)).duplicate();
    return new ImageBatch(
        pixels, manager.create(new long[batch]), IntStream.range(0, batch).toArray());
  }

  private static double[] draws(String name, int count) {
    long phase = name.length();
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      phase += letter * 131L;
    }
    double[] draws = new double[count];
    for (int i = 0; i < count; i++) {
      draws[i] = ((long) i * i % 10007 * 31 + i * 7919L + phase) % 10007 / 10007.0 - 0.5;
    }
    return draws;
  }
}
