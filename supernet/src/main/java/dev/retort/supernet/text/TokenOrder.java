package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.supernet.Pass;
import dev.retort.supernet.kernel.Scaling;

/**
 * Where the tokens of a decoder's pass stand, and what each may look at; made once a pass.
 *
 * <p>B batch, S tokens of the batch, K these and the ones read before.
 */
final class TokenOrder {
  /** Finite, so that a row of padding alone gives numbers instead of NaN. */
  private static final double NEVER = 1e9;

  private TokenOrder() {}

  /** Positions from 0, counted from the mask, so that padding on either side takes none, [B,S]. */
  static NDArray positions(Pass pass) {
    return pass.shared("positions", () -> {
      NDArray count = pass.text().mask().cumSum(1);
      NDArray before = pass.rememberedMask();
      if (before != null) {
        NDArray earlier = before.sum(new int[] {1}, true);
        earlier.attach(count.getManager());
        count = count.add(earlier);
      }
      return Scaling.atLeast(Scaling.plus(count, -1), 0).toType(DataType.INT64, false);
    });
  }

  /**
   * Added to attention scores: 0 for a token and those before it, else very negative, [B,1,S,K].
   */
  static NDArray bias(Pass pass) {
    return pass.shared("causal", () -> {
      NDArray own = pass.text().mask();
      NDArray before = pass.rememberedMask();
      NDArray mask = before == null ? own : NDArrays.concat(new NDList(before, own), 1);
      if (before != null) {
        mask.attach(own.getManager());
      }
      NDArray padding = Scaling.by(Scaling.plus(mask, -1), NEVER).expandDims(1).expandDims(1);
      int queries = Math.toIntExact(own.getShape().get(1));
      if (queries == 1) {
        return padding;
      }
      NDManager manager = own.getManager();
      int keys = Math.toIntExact(mask.getShape().get(1));
      NDArray key = manager.arange(keys).reshape(1, keys);
      NDArray query = manager.arange(keys - queries, keys).reshape(queries, 1);
      NDArray seen = key.lte(query).toType(own.getDataType(), false);
      return padding.add(Scaling.by(Scaling.plus(seen, -1), NEVER));
    });
  }
}
