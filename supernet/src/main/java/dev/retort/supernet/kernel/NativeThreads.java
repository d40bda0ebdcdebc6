package dev.retort.supernet.kernel;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** How many cores the engine uses for one operation. */
public final class NativeThreads {
  static {
    Engine.getEngine("PyTorch"); // loads the native library
  }

  private NativeThreads() {}

  /**
   * Sets the number for operations that the calling thread starts. Threads that have not started
   * one yet take the number over.
   */
  public static void set(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** The number for operations that the calling thread starts. */
  public static int get() {
    return JniUtils.getNumThreads();
  }
}
