package dev.retort.benchmark.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.SearchSpace;
import dev.retort.space.Value;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** The time of one exact cost, of architectures that differ from call to call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CostTime {
  /** A power of two, so many that the lot does not stay in the first cache. */
  private static final int ARCHITECTURES = 4096;

  /** The space. */
  @Param("BERT")
  public Searchable searchable = Searchable.BERT;

  private Architecture[] architectures = {};
  private ImmutableList<ImmutableMap<String, Value>> choices = ImmutableList.of();
  private long[] numbers = {};
  private @Nullable SearchSpace space;
  private int next;

  /** Draws them. */
  @Setup(Level.Trial)
  public void prepare() {
    SearchSpace all = searchable.space();
    space = all;
    architectures = searchable.draw(ARCHITECTURES);
    choices = Stream.of(architectures).map(all::choices).collect(ImmutableList.toImmutableList());
    numbers = Stream.of(architectures)
        .flatMapToLong(each -> each.toString().chars().asLongStream())
        .toArray();
  }

  private int turn() {
    next = (next + 1) & (ARCHITECTURES - 1);
    return next;
  }

  /** The cost of an architecture that there is. */
  @Benchmark
  public Cost cost() {
    return Accounting.EXACT.cost(architectures[turn()], Searchable.INPUT);
  }

  /** An architecture made of choices, checked to be in the space, and its cost: a search's look. */
  @Benchmark
  public Cost makeAndCost() {
    SearchSpace all = Objects.requireNonNull(space, "prepared");
    return Accounting.EXACT.cost(all.complete(choices.get(turn())).orElseThrow(), Searchable.INPUT);
  }

  /** What the cost is compared with: a plain loop that hashes a hundred numbers. */
  @Benchmark
  public long hash() {
    int from = turn() * 16;
    long hash = 1;
    for (int i = from; i < from + 100; i++) {
      hash = 31 * hash + numbers[i];
    }
    return hash;
  }
}
