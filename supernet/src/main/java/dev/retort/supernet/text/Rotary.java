package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Architecture;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.Pass;

/**
 * Rotary positions (Su et al., RoFormer, 2021): pairs of entries of queries and keys are turned by
 * an angle that grows with the position.
 *
 * <p>B batch, S sequence, A heads, D entries of a head, R those of them that are turned, the first.
 *
 * @param pairs whether entries 2i and 2i + 1 are a pair, as in the original; else i and i + R/2
 * @param turned R
 * @param theta the base: pair i turns by theta^(-2i/R) a position
 */
record Rotary(boolean pairs, int turned, double theta) {
  static Rotary of(Architecture architecture) {
    return new Rotary(
        architecture.has("rotary") && architecture.word("rotary").equals("pairs"),
        DecoderFamily.turned(architecture),
        architecture.number("theta"));
  }

  /** Queries or keys [B,S,A*D] turned. */
  NDArray turn(NDArray x, int heads, Pass pass) {
    Shape shape = x.getShape();
    long size = shape.get(2) / heads;
    NDArray split = x.reshape(shape.get(0), shape.get(1), heads, size);
    if (turned == size) {
      return rotated(split, pass).reshape(shape);
    }
    NDArray first = split.get(new NDIndex(":, :, :, :" + turned));
    NDArray rest = split.get(new NDIndex(":, :, :, " + turned + ":"));
    return rotated(first, pass).concat(rest, 3).reshape(shape);
  }

  private NDArray rotated(NDArray x, Pass pass) {
    Shape shape = x.getShape();
    int half = turned / 2;
    int axis = pairs ? 4 : 3;
    NDArray parts =
        x.reshape(shape.get(0), shape.get(1), shape.get(2), pairs ? half : 2, pairs ? 2 : half);
    NDArray one = parts.get(new NDIndex(pairs ? ":, :, :, :, 0" : ":, :, :, 0"));
    NDArray two = parts.get(new NDIndex(pairs ? ":, :, :, :, 1" : ":, :, :, 1"));
    NDArray cosine = pass.shared("cosine", () -> angles(pass, x.getDataType()).cos());
    NDArray sine = pass.shared("sine", () -> angles(pass, x.getDataType()).sin());
    NDArray first = one.mul(cosine).sub(two.mul(sine));
    NDArray second = two.mul(cosine).add(one.mul(sine));
    return NDArrays.stack(new NDList(first, second), axis).reshape(shape);
  }

  /** By how much each pair of each token is turned, [B,S,1,R/2]. */
  private NDArray angles(Pass pass, DataType type) {
    return pass.shared("angles", () -> {
      NDArray positions = TokenOrder.positions(pass);
      double[] speeds = new double[turned / 2];
      for (int i = 0; i < speeds.length; i++) {
        speeds[i] = Math.pow(theta, -2.0 * i / turned);
      }
      NDArray speed = positions.getManager().create(speeds).toType(type, false);
      return positions.toType(type, false).expandDims(2).expandDims(2).mul(speed);
    });
  }
}
