package dev.retort.benchmark.objective;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time that all threads of the process spent on cores in an iteration, beside JMH's, which
 * other processes lengthen. The engine's threads do not spin while they wait.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class CpuTime {
  /** Time on cores, in ns. */
  public long cpu;

  /** Calls that it was spent on. */
  public long calls;

  private long begin;

  private static long now() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Begins. */
  @Setup(Level.Iteration)
  public void begin() {
    begin = now();
  }

  /** Counts a call. */
  void called() {
    calls++;
  }

  /** Ends. */
  @TearDown(Level.Iteration)
  public void end() {
    cpu = now() - begin;
  }
}
