package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Masks of dropout drawn where they are needed: the finaliser of SplitMix64 (Steele et al., OOPSLA
 * 2014) over places and a key. No number crosses from the host, and nothing is waited for.
 */
public final class DropoutMask {
  private DropoutMask() {}

  /**
   * Draws a mask on the manager's device; a function of the key and the size alone.
   *
   * @param key of this mask
   * @param threshold how many of 65536 entries are dropped, below 65536
   * @return 0 for entries that are dropped, 65536 / (65536 - threshold) for the others, float32
   */
  public static NDArray of(NDManager manager, Shape shape, long key, int threshold) {
    try (Autograd off = Autograd.off();
        NDArray like = manager.zeros(new Shape(0));
        NDArray drawn = ScriptedModule.instance()
            .run(
                "kept",
                manager,
                like,
                shape.size(),
                key,
                (long) threshold,
                65536.0 / (65536 - threshold));
        NDArray shaped = drawn.reshape(shape)) {
      // What was made in the engine's inference mode may not enter a graph.
      return shaped.duplicate();
    }
  }
}
