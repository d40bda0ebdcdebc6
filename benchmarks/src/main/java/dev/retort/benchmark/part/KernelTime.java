package dev.retort.benchmark.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.image.Window;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
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
 * The time of a kernel, forward and backward. B batch 16, S sequence 128, H hidden 384, I inner
 * 1536, A heads 6, D planes 64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class KernelTime {
  private static final int HIDDEN = 384;
  private static final int INNER = 1536;
  private static final int HEADS = 6;
  private static final int BATCH = 16;
  private static final int SEQUENCE = 128;
  private static final int PLANES = 64;
  private static final int SIDE = 28;
  private static final int LARGE = 2048;
  private static final float EPSILON = 1e-12f;

  /** Who computes. */
  public enum Maker {
    EAGER,
    SCRIPTED,
    BF16
  }

  /** What is computed, with its multiply-accumulates, 0 where others bound it. */
  public enum Kernel {
    LINEAR((double) BATCH * SEQUENCE * HIDDEN * INNER),
    ATTENTION(2.0 * BATCH * SEQUENCE * SEQUENCE * HIDDEN),
    CONVOLUTION(BATCH * 9.0 * PLANES * PLANES * SIDE * SIDE),
    LAYER_NORM(0),
    GELU(0);

    private final double macs;

    Kernel(double macs) {
      this.macs = macs;
    }

    /** FLOPs of it, forward and backward. */
    double flops() {
      return 6 * macs;
    }
  }

  /** Who computes. */
  @Param("EAGER")
  public Maker maker = Maker.EAGER;

  /** What is computed. */
  @Param("LINEAR")
  public Kernel kernel = Kernel.LINEAR;

  private Kernels kernels = new EagerKernels();
  private @Nullable NDManager manager;
  private @Nullable NDArray states;
  private @Nullable NDArray wide;
  private @Nullable NDArray planes;
  private @Nullable NDArray matrix;
  private @Nullable NDArray vector;
  private @Nullable NDArray offsets;
  private @Nullable NDArray filter;
  private @Nullable NDArray square;

  /** Makes the inputs. */
  @Setup(Level.Trial)
  public void prepare() {
    NDManager owner = NDManager.newBaseManager();
    manager = owner;
    kernels = switch (maker) {
      case EAGER -> new EagerKernels();
      case SCRIPTED -> ScriptedKernels.float32();
      case BF16 -> ScriptedKernels.bf16();
    };
    states = owner.randomNormal(new Shape(BATCH, SEQUENCE, HIDDEN));
    wide = owner.randomNormal(new Shape(BATCH, SEQUENCE, INNER));
    planes = owner.randomNormal(new Shape(BATCH, PLANES, SIDE, SIDE));
    matrix = owner.randomNormal(new Shape(INNER, HIDDEN));
    vector = owner.randomNormal(new Shape(HIDDEN));
    offsets = owner.randomNormal(new Shape(INNER));
    filter = owner.randomNormal(new Shape(PLANES, PLANES, 3, 3));
    square = owner.randomNormal(new Shape(LARGE, LARGE));
  }

  private static NDArray leaf(@Nullable NDArray value, NDManager scope) {
    return Autograd.leaf(Objects.requireNonNull(value, "prepared"), scope);
  }

  /** What is timed. */
  @Benchmark
  public float forwardAndBackward() {
    try (NDManager scope = Objects.requireNonNull(manager, "prepared").newSubManager();
        NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      NDArray sum = forward(scope).sum();
      Autograd.backward(sum);
      return sum.getFloat();
    }
  }

  private NDArray forward(NDManager scope) {
    return switch (kernel) {
      case LINEAR -> kernels.linear(leaf(states, scope), leaf(matrix, scope), leaf(offsets, scope));
      case ATTENTION ->
        kernels.attention(
            leaf(states, scope), leaf(states, scope), leaf(states, scope), null, HEADS);
      case CONVOLUTION ->
        kernels.convolution(
            leaf(planes, scope), leaf(filter, scope), null, Window.centred(3, 1), 1);
      case LAYER_NORM ->
        kernels.layerNorm(leaf(states, scope), leaf(vector, scope), leaf(vector, scope), EPSILON);
      case GELU -> kernels.gelu(leaf(wide, scope));
    };
  }

  /** What the guard compares with: a float32 product of the linear kernel's size. */
  @Benchmark
  public float product() {
    try (NDArray result = Objects.requireNonNull(wide, "prepared")
        .reshape(BATCH * SEQUENCE, INNER)
        .matMul(Objects.requireNonNull(matrix, "prepared"))) {
      return result.getFloat(0, 0);
    }
  }

  /** The peak: a product of large square float32 matrices. */
  @Benchmark
  public float peak() {
    NDArray matrices = Objects.requireNonNull(square, "prepared");
    try (NDArray result = matrices.matMul(matrices)) {
      return result.getFloat(0, 0);
    }
  }

  /** FLOPs of the peak's product. */
  static double peakFlops() {
    return 2.0 * LARGE * LARGE * LARGE;
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(manager, "prepared").close();
  }
}
