package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.DropoutMask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is done to activations while training. */
public interface Dropout {
  /** Leaves everything as it is: evaluation, teachers. */
  Dropout NONE = (shape, manager) -> null;

  /**
   * What the next activations are multiplied with: 0 for those that are dropped, more than 1 for
   * the others. Null: nothing is dropped.
   */
  @Nullable
  NDArray factors(Shape shape, NDManager manager);

  /** The activations with some entries set to 0 and the others scaled up. */
  default NDArray apply(NDArray x) {
    try (NDArray factors = factors(x.getShape(), x.getManager())) {
      return factors == null ? x : x.mul(factors);
    }
  }

  /**
   * Dropout (Srivastava et al., JMLR 2014) whose masks are a function of (seed, step), so that
   * several trainings in one JVM draw independently and a resumed one draws the same. The n-th call
   * in a step gets the n-th stream.
   *
   * @param rate share of entries to drop, in [0, 1), kept to multiples of 1/65536 below 1
   */
  static Dropout seeded(double rate, RandomStreams streams, long step) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("A dropout rate lies in [0, 1), not (" + rate + ")");
    }
    int threshold = Math.min((int) Math.round(rate * 65536), 65535);
    return threshold == 0 ? NONE : new Seeded(threshold, streams, step);
  }

  /**
   * Masks of 16 bits an entry. They are drawn on the host, or on the GPU that they are for, which
   * draws others: to copy them there would hold up the step at each of them.
   */
  final class Seeded implements Dropout {
    private static final ThreadLocal<ByteBuffer> SCRATCH =
        ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(0));

    private final int threshold;
    private final RandomStreams streams;
    private final long step;
    private int calls;

    private Seeded(int threshold, RandomStreams streams, long step) {
      this.threshold = threshold;
      this.streams = streams;
      this.step = step;
    }

    @Override
    public NDArray factors(Shape shape, NDManager manager) {
      int call = calls++;
      if (manager.getDevice().isGpu()) {
        return DropoutMask.of(manager, shape, streams.number("dropout", step, call), threshold);
      }
      RandomGenerator random = streams.at("dropout", step, call);
      int size = Math.toIntExact(shape.size());
      ByteBuffer bytes = scratch(size * Float.BYTES);
      FloatBuffer buffer = bytes.asFloatBuffer();
      float keep = 65536f / (65536 - threshold);
      for (int i = 0; i < size; i += 4) {
        long bits = random.nextLong();
        for (int j = i; j < Math.min(i + 4, size); j++) {
          buffer.put(j, (bits & 0xFFFF) < threshold ? 0f : keep);
          bits >>>= 16;
        }
      }
      // The copy is the engine's own, so that the host's memory serves for the next mask at once.
      try (NDArray drawn = manager.create(buffer, shape)) {
        return drawn.duplicate();
      }
    }

    private static ByteBuffer scratch(int bytes) {
      ByteBuffer buffer = SCRATCH.get();
      if (buffer.capacity() < bytes) {
        buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        SCRATCH.set(buffer);
      }
      return buffer.clear().limit(bytes).order(ByteOrder.nativeOrder());
    }
  }
}
