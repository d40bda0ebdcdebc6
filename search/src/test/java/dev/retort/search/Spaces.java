package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Dimension;
import dev.retort.space.InputShape;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import dev.retort.space.text.EncoderFamily;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Spaces and landscapes that the tests search. */
final class Spaces {
  static final InputShape INPUT = new InputShape(1, 128);
  static final Budget NO_BOUND = Budget.UNLIMITED;

  private Spaces() {}

  static SearchSpace space(Dimension... dimensions) {
    Map<String, Dimension> elastic = new LinkedHashMap<>();
    Arrays.stream(dimensions).forEach(each -> elastic.put(each.name(), each));
    return SearchSpace.of(
        EncoderFamily.BERT,
        elastic,
        ImmutableMap.of("head-size", Value.of(16), "vocabulary", Value.of(1000)),
        ImmutableList.of());
  }

  /** Two sub-spaces of 36 and 24 architectures, with different numbers of values. */
  static Partition small() {
    return Partition.of(
        new SubSpace(
            "tiny",
            space(
                Dimension.of("layers", "2..4"),
                Dimension.of("hidden", "32..64/16"),
                Dimension.of("heads", "2..3"),
                Dimension.of("ratio", "[2, 3]"))),
        new SubSpace(
            "large",
            space(
                Dimension.of("layers", "5..8"),
                Dimension.of("hidden", "[80, 96]"),
                Dimension.of("heads", "[4]"),
                Dimension.of("ratio", "2.0..3.0/0.5"))));
  }

  /** One space whose layers choose for themselves: about 10^15 architectures. */
  static Partition vast() {
    return Partition.of(new SubSpace(
        "vast",
        space(
            Dimension.of("layers", "6..12"),
            Dimension.of("hidden", "64..256/32"),
            Dimension.perLayer("heads", "1..4"),
            Dimension.perLayer("ratio", "1..4"))));
  }

  /** About 50,000 architectures in two sub-spaces that are cut by parameters. */
  static Partition cut() {
    return Partition.byParameters(
        space(
            Dimension.of("layers", "1..12"),
            Dimension.of("hidden", "32..512/32"),
            Dimension.of("heads", "1..16"),
            Dimension.of("ratio", "1..4/0.25")),
        2);
  }

  static Budget flops(String bound) {
    return Budget.of(Metric.FLOPS, Bound.parse(bound));
  }

  /**
   * A smooth landscape like a loss: falls with each dimension, ever less, with an interaction and a
   * best number of heads; the same architecture has another loss in each sub-space.
   */
  static ImmutableMap<String, Double> loss(Candidate candidate) {
    Architecture architecture = candidate.architecture();
    double loss = candidate.subSpace().length() * 1e-3;
    int layers = architecture.layers();
    double hidden = architecture.integer("hidden");
    loss += 2.0 / layers + 20 / hidden + 0.5 * Math.abs(Math.log(hidden / layers / 24));
    for (int layer = 0; layer < layers; layer++) {
      loss += Math.abs(architecture.integer("heads", layer) - 3 - layer % 2) * 0.05 / layers;
      loss += 0.3 / (architecture.number("ratio", layer) * layers);
    }
    return ImmutableMap.of("distillation-loss", loss, "logit-term", loss / 3);
  }

  static SearchResult run(Partition partition, Budget budget, SearchOptions options)
      throws InterruptedException {
    try (SearchLog log = SearchLog.inMemory()) {
      return run(partition, budget, Spaces::loss, options, log);
    }
  }

  static SearchResult run(
      Partition partition, Budget budget, Evaluator evaluator, SearchOptions options, SearchLog log)
      throws InterruptedException {
    return Search.run(
        partition, INPUT, Accounting.EXACT, budget, evaluator, options, log, SearchListener.NONE);
  }
}
