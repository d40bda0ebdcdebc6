package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Dimension;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import dev.retort.space.image.ResNetFamily;
import io.jenetics.Genotype;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Searches of spaces whose stages choose for themselves. */
class StagedSearchTest {
  private static SearchSpace space(Value width, Dimension... dimensions) {
    ImmutableMap.Builder<String, Dimension> elastic = ImmutableMap.builder();
    for (Dimension dimension : dimensions) {
      elastic.put(dimension.name(), dimension);
    }
    return SearchSpace.of(
        ResNetFamily.RESNET, elastic.buildOrThrow(), Map.of("width", width), List.of());
  }

  private static Value widths(double first, double second, double third) {
    return new Value.Each(ImmutableList.of(first, second, third));
  }

  /** Sub-spaces with different numbers of values; in the second all stages are scaled alike. */
  private static Partition small() {
    return Partition.of(
        new SubSpace(
            "narrow",
            space(
                widths(8, 16, 32),
                Dimension.perStage("depth", "1..2"),
                Dimension.perStage("scale", "[0.5, 0.75, 1]"))),
        new SubSpace(
            "wide",
            space(
                widths(16, 32, 64),
                Dimension.perStage("depth", "1..4"),
                Dimension.of("scale", "[0.75, 1]"),
                Dimension.of("resolution", "[24, 32]"))));
  }

  /** About 10^12 architectures. */
  private static Partition vast() {
    return Partition.of(new SubSpace(
        "vast",
        space(
            widths(16, 32, 64),
            Dimension.perStage("depth", "1..18"),
            Dimension.perStage("scale", "0.5..1.0/0.1"),
            Dimension.perStage("inner", "0.5..1.5/0.1"),
            Dimension.of("resolution", "16..32/4"))));
  }

  /** Falls with depth and width, ever less, most in the second stage. */
  private static ImmutableMap<String, Double> loss(Candidate candidate) {
    Architecture architecture = candidate.architecture();
    double loss = 4.0 / architecture.integer("resolution");
    for (int stage = 0; stage < 3; stage++) {
      double weight = stage == 1 ? 2 : 1;
      loss += weight / architecture.integer("depth", stage);
      loss += weight * 4 / architecture.integer("width", stage);
    }
    return ImmutableMap.of("distillation-loss", loss);
  }

  private static SearchResult run(Partition partition, Budget budget, SearchOptions options)
      throws InterruptedException {
    try (SearchLog log = SearchLog.inMemory()) {
      return Spaces.run(partition, budget, StagedSearchTest::loss, options, log);
    }
  }

  @Test
  void decodingUndoesEncoding() {
    long seed = 7;
    for (Partition partition : List.of(small(), vast())) {
      Encoding encoding = new Encoding(partition.subSpaces());
      RandomGenerator random = new RandomStreams(seed).at("test", 0);
      for (SubSpace subSpace : partition.subSpaces()) {
        for (int i = 0; i < 200; i++) {
          Architecture architecture = subSpace.space().sample(random);
          Genotype<ChoiceGene> genotype = encoding.encode(subSpace, architecture);
          assertThat(encoding.subSpace(genotype)).isEqualTo(subSpace);
          assertThat(encoding.decode(genotype)).as("seed %s", seed).isEqualTo(architecture);
        }
      }
    }
  }

  @Test
  void mutationReachesEveryMemberAndOnlyMembers() {
    Partition partition = small();
    Encoding encoding = new Encoding(partition.subSpaces());
    RandomGenerator random = new RandomStreams(8).at("test", 0);
    Genotype<ChoiceGene> genotype = encoding.encode(
        partition.subSpaces().get(0), partition.subSpaces().get(0).space().smallest());
    Set<String> reached = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      genotype = ChoiceMutator.mutate(genotype, 0.3, random);
      Architecture architecture = encoding.decode(genotype);
      if (architecture != null) {
        assertThat(encoding.subSpace(genotype).space().contains(architecture)).isTrue();
        reached.add(encoding.subSpace(genotype).name() + architecture);
      }
    }
    // 6 choices in each of three stages; 4 depths in each, two scales, two resolutions.
    assertThat(reached).hasSize(216 + 256);
  }

  @Test
  void everyMethodFindsTheOptimumOfASmallSpace() throws Exception {
    Budget budget = Budget.of(Metric.MACS, Bound.parse("12M"));
    Candidate best = null;
    for (SearchOptions.Method method : List.of(
        SearchOptions.Method.EXHAUSTIVE,
        SearchOptions.Method.RANDOM,
        SearchOptions.Method.EVOLUTION)) {
      SearchOptions options = SearchOptions.builder()
          .method(method)
          .exhaustiveLimit(method == SearchOptions.Method.EXHAUSTIVE ? 1000 : 0)
          .samples(1000)
          .population(32)
          .generations(40)
          .steadyGenerations(100)
          .seed(3)
          .build();
      SearchResult result = run(small(), budget, options);
      Candidate found = result.best(budget).orElseThrow().candidate();
      best = best == null ? found : best;
      assertThat(found).as(method.toString()).isEqualTo(best);
    }
  }

  @Test
  void searchesOfVastSpacesKeepTheBudgetAndRepeat() throws Exception {
    // To build it takes a while: its sums are known before it is searched.
    Partition vast = vast();
    SearchSpace space = vast.subSpaces().get(0).space();
    Budget budget = Budget.of(
        ImmutableMap.of(Metric.MACS, Bound.parse("30M"), Metric.PARAMETERS, Bound.parse("300k")));
    for (SearchOptions.Method method :
        List.of(SearchOptions.Method.RANDOM, SearchOptions.Method.EVOLUTION)) {
      SearchOptions options = SearchOptions.builder()
          .method(method)
          .samples(100)
          .population(16)
          .generations(10)
          .seed(5)
          .build();
      SearchResult result = run(vast, budget, options);
      Set<String> keys = new HashSet<>();
      for (Scored scored : result.evaluated()) {
        Candidate candidate = scored.candidate();
        assertThat(space.contains(candidate.architecture())).isTrue();
        assertThat(budget.admits(candidate.cost())).isTrue();
        assertThat(keys.add(candidate.key())).isTrue();
      }
      assertThat(result.evaluated()).hasSizeGreaterThanOrEqualTo(100);
      assertThat(run(vast, budget, options)).isEqualTo(result);
    }
  }
}
