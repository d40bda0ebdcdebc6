package dev.retort.benchmark.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Autograd;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What no distance of relations does without, as single calls of the engine: over the [32, 12, 128,
 * 128] numbers of one relation, a few examples at a time, as the objectives take them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RelationPart {
  private static final int HEADS = 12;
  private static final int SEQUENCE = 128;
  private static final int WIDTH = 32;

  /** Parts of the 32 examples, of four each. */
  private static final int PARTS = 8;

  /** What is timed. */
  public enum Part {
    /** Scores [S,S] of vectors [S,d]. */
    SCORES("scores of one network"),
    /** The product that takes a gradient of scores back to vectors. */
    GRADIENT("a gradient's product"),
    /** Of scores, over the columns. */
    SOFTMAX("a softmax");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Which. */
  @Param("SCORES")
  public Part part = Part.SCORES;

  private @Nullable NDManager manager;
  private @Nullable NDArray vectors;
  private @Nullable NDArray scores;

  /** Makes the inputs. */
  @Setup(Level.Trial)
  public void prepare() {
    NDManager owner = NDManager.newBaseManager();
    manager = owner;
    int matrices = HEADS * 32 / PARTS;
    vectors = owner.randomNormal(new Shape(matrices, SEQUENCE, WIDTH));
    scores = owner.randomNormal(new Shape(matrices, SEQUENCE, SEQUENCE));
  }

  /** What is timed. */
  @Benchmark
  public void whole(CpuTime cpu) {
    cpu.called();
    NDArray few = Objects.requireNonNull(vectors, "prepared");
    NDArray many = Objects.requireNonNull(scores, "prepared");
    try (Autograd off = Autograd.off();
        NDArray turned = few.transpose(0, 2, 1)) {
      for (int i = 0; i < PARTS; i++) {
        switch (part) {
          case SCORES -> few.matMul(turned).close();
          case GRADIENT -> many.matMul(few).close();
          case SOFTMAX -> many.softmax(-1).close();
        }
      }
    }
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(manager, "prepared").close();
  }
}
