package dev.retort.benchmark.cost;

import dev.retort.search.SearchResult;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The time of a search whose scores are costs, with the making of its space. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SearchTime {
  /** The bound of all of them, the most FLOPs within which is looked for. */
  static final String BOUND = "3G";

  /** Where it searches. */
  @Param("BERT_BY_LAYER")
  public Searchable searchable = Searchable.BERT_BY_LAYER;

  /** How many candidates it scores. */
  @Param("20000")
  public int candidates;

  /** What is timed. */
  @Benchmark
  public SearchResult search() {
    SearchResult result = new CostlyOnly(searchable, BOUND, candidates).run();
    if (result.evaluated().size() != candidates) {
      throw new IllegalStateException("Scored (" + result.evaluated().size() + ") candidates");
    }
    return result;
  }
}
