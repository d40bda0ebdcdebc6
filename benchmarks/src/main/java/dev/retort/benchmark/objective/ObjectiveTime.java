package dev.retort.benchmark.objective;

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

/** The time of one loss with its backward pass. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ObjectiveTime {
  /** A {@link Subject}, as text. */
  @Param("TWO|" + Subject.PLAIN)
  public String subject = "";

  private @Nullable Loss loss;

  /** Makes the inputs. */
  @Setup(Level.Trial)
  public void prepare() {
    loss = new Loss(Subject.parse(subject));
  }

  /** What is timed. */
  @Benchmark
  public float lossAndBackward(CpuTime cpu) {
    cpu.called();
    return Objects.requireNonNull(loss, "prepared").lossAndBackward();
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(loss, "prepared").close();
  }
}
