package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/** What is done to activations while training. */
public interface Dropout {
  /** Leaves everything as it is: evaluation, teachers. */
  Dropout NONE = x -> x;

  /** The activations with some entries set to 0 and the others scaled up. */
  NDArray apply(NDArray x);

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

  /** Masks drawn on the host, 16 bits an entry. */
  final class Seeded implements Dropout {
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
    public NDArray apply(NDArray x) {
      RandomGenerator random = streams.at("dropout", step, calls++);
      Shape shape = x.getShape();
      int size = Math.toIntExact(shape.size());
      FloatBuffer buffer = ByteBuffer.allocateDirect(size * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
      float keep = 65536f / (65536 - threshold);
      for (int i = 0; i < size; i += 4) {
        long bits = random.nextLong();
        for (int j = i; j < Math.min(i + 4, size); j++) {
          buffer.put(j, (bits & 0xFFFF) < threshold ? 0f : keep);
          bits >>>= 16;
        }
      }
      return x.mul(x.getManager().create(buffer, shape));
    }
  }
}
