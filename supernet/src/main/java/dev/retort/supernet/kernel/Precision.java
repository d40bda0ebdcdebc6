package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Changes of precision inside a graph, which DJL's {@code toType} would leave. */
public final class Precision {
  private Precision() {}

  /** The same numbers as float64, in the manager of x; x itself if it is that. */
  public static NDArray widened(NDArray x) {
    return x.getDataType() == DataType.FLOAT64 ? x : ScriptedModule.instance().call("widen", x);
  }

  /**
   * A widened array as float32, in its manager; as it is where nothing was widened.
   *
   * @param x float64
   * @param before the type that was {@link #widened}
   */
  public static NDArray narrowed(NDArray x, DataType before) {
    return before == DataType.FLOAT64 ? x : ScriptedModule.instance().call("shorten", x);
  }
}
