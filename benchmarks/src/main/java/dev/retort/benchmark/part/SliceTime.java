package dev.retort.benchmark.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time of cutting a sub-network out of a BERT of 6 layers x 384. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SliceTime {
  private static final Architecture FULL =
      Architecture.parse("bert:layers=6,hidden=384,heads=6,ratio=4,vocabulary=30522");
  private static final int SUBS = 64;

  private final List<Architecture> subs = new ArrayList<>();
  private @Nullable NDManager manager;
  private @Nullable SharedWeights shared;
  private int next;

  /** Makes the weights and draws sub-networks. */
  @Setup(Level.Trial)
  public void prepare() {
    NDManager owner = NDManager.newBaseManager();
    RandomStreams streams = new RandomStreams(1);
    manager = owner;
    shared = new SharedWeights(InitialWeights.random(FULL, streams, owner), new LeadingSlicing());
    SearchSpace space = SearchSpace.of(
        FULL.family(),
        Map.of(
            "layers", dimension("layers", "3..6"),
            "hidden", dimension("hidden", "192..384/64"),
            "heads", dimension("heads", "3..6"),
            "ratio", dimension("ratio", "2..4")),
        Map.of("vocabulary", Value.of(30522)),
        List.of());
    for (int i = 0; i < SUBS; i++) {
      subs.add(space.sample(streams.at("sub", i)));
    }
  }

  private static Dimension dimension(String name, String choices) {
    return Dimension.of(name, choices);
  }

  private Architecture sub() {
    next = (next + 1) % SUBS;
    return subs.get(next);
  }

  private NDManager scratch() {
    return Objects.requireNonNull(manager, "prepared").newSubManager();
  }

  /** All slices of a sub-network, as views. */
  @Benchmark
  public int view() {
    try (NDManager scratch = scratch()) {
      return weights().view(sub(), scratch).tensors().size();
    }
  }

  /** The same as a copy. */
  @Benchmark
  public int extract() {
    try (NDManager scratch = scratch()) {
      return weights().extract(sub(), scratch).tensors().size();
    }
  }

  /** The limit of a view: as many calls of the engine that each cut one tensor. */
  @Benchmark
  public int plainSlices() {
    Weights full = weights().full();
    NDArray words = full.tensors().values().iterator().next();
    NDIndex index = new NDIndex(":100, :100");
    int count = sub().blueprint().tensors().size();
    try (NDManager scratch = scratch()) {
      for (int i = 0; i < count; i++) {
        words.get(scratch, index);
      }
    }
    return count;
  }

  private SharedWeights weights() {
    return Objects.requireNonNull(shared, "prepared");
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(manager, "prepared").close();
  }
}
