package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Products of two matrices without a graph, in the library of the engine that is fastest at it. */
public final class Products {
  private Products() {}

  /**
   * x y. Large ones in float32 on a CPU go to oneDNN, where the engine has it.
   *
   * @param x [N,K], not followed by a graph
   * @param y [K,M], whole or the transpose of a whole array, no slice; likewise
   * @return [N,M], in the manager of {@code x}
   */
  public static NDArray of(NDArray x, NDArray y) {
    ScriptedModule module = ScriptedModule.encoder();
    try (Autograd off = Autograd.off()) {
      return module == null || x.getDevice().isGpu() || x.getDataType() != DataType.FLOAT32
          ? x.matMul(y)
          : module.call("transposed", x, y);
    }
  }
}
