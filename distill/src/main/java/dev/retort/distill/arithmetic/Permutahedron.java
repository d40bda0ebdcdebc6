package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which entries of each row the projection onto the permutahedron of (C, ..., 1) pools; Blondel et
 * al., ICML 2020. B batch, C entries, K pools of several entries in the row that has most.
 *
 * @param members 1 where an entry is in a pool [B,K,C]
 * @param shares 1 over the pool's size where an entry is in it [B,K,C]
 * @param pooled 1 where an entry is in some pool [B,C]
 * @param targets the mean of the ranks that the entry's pool shares, or its own rank [B,C]
 */
record Permutahedron(NDArray members, NDArray shares, NDArray pooled, NDArray targets) {

  /** A pool: sorted places from one to before another, and their mean of values minus ranks. */
  private record Pool(int from, int to, double sum) {
    double mean() {
      return sum / (to - from);
    }

    Pool with(Pool next) {
      return new Pool(from, next.to, sum + next.sum);
    }
  }

  /** Pools values by pool-adjacent-violators, on the host in float64. */
  static Permutahedron of(NDArray values) {
    int rows = (int) values.getShape().get(0);
    int columns = (int) values.getShape().get(1);
    NDArray fixed = values.stopGradient().toType(DataType.FLOAT64, false);
    double[] flat = fixed.toDoubleArray();
    List<int[]> orders = new ArrayList<>();
    List<List<Pool>> pools = new ArrayList<>();
    int most = 0;
    for (int row = 0; row < rows; row++) {
      int start = row * columns;
      int[] order = IntStream.range(0, columns)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -flat[start + i]))
          .mapToInt(Integer::intValue)
          .toArray();
      List<Pool> found = pool(flat, start, order);
      orders.add(order);
      pools.add(found);
      most = Math.max(most, (int) found.stream().filter(Permutahedron::several).count());
    }
    Ranks.requireRoom(values.getShape(), most, "every pool has a row");
    float[] members = new float[rows * most * columns];
    float[] shares = new float[rows * most * columns];
    float[] pooled = new float[rows * columns];
    float[] targets = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      int place = 0;
      for (Pool each : pools.get(row)) {
        // Sorted place p, from 0, has rank C - p.
        float target = columns - (each.from() + each.to() - 1) / 2f;
        for (int p = each.from(); p < each.to(); p++) {
          int column = orders.get(row)[p];
          targets[row * columns + column] = target;
          if (several(each)) {
            int at = (row * most + place) * columns + column;
            pooled[row * columns + column] = 1;
            members[at] = 1;
            shares[at] = 1f / (each.to() - each.from());
          }
        }
        place += several(each) ? 1 : 0;
      }
    }
    NDManager manager = values.getManager();
    DataType type = values.getDataType();
    Shape cube = new Shape(rows, most, columns);
    Shape plane = new Shape(rows, columns);
    return new Permutahedron(
        manager.create(members, cube).toType(type, false),
        manager.create(shares, cube).toType(type, false),
        manager.create(pooled, plane).toType(type, false),
        manager.create(targets, plane).toType(type, false));
  }

  private static boolean several(Pool pool) {
    return pool.to() - pool.from() > 1;
  }

  /** The nearest descending sequence to sorted values minus (C, ..., 1). */
  private static List<Pool> pool(double[] values, int start, int[] order) {
    List<Pool> pools = new ArrayList<>();
    for (int p = 0; p < order.length; p++) {
      Pool last = new Pool(p, p + 1, values[start + order[p]] - (order.length - p));
      while (!pools.isEmpty() && pools.get(pools.size() - 1).mean() < last.mean()) {
        last = pools.remove(pools.size() - 1).with(last);
      }
      pools.add(last);
    }
    return pools;
  }

  /** The projection [B,C] of the values that were pooled, with their graph. */
  NDArray project(NDArray values) {
    if (members.getShape().get(1) == 0) {
      return values.mul(pooled).add(targets);
    }
    NDArray means = shares.matMul(values.expandDims(2));
    NDArray spread = members.transpose(0, 2, 1).matMul(means).squeeze(2);
    return values.mul(pooled).sub(spread).add(targets);
  }
}
