package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {
  private static SearchOptions.Builder evolution() {
    return SearchOptions.builder()
        .exhaustiveLimit(0)
        .population(16)
        .generations(12)
        .seed(3);
  }

  /** The least loss of all architectures under a budget, found by looking at each. */
  private static Candidate optimum(Partition partition, Budget budget) {
    Admission admission = new Admission(Spaces.INPUT, Accounting.EXACT, budget);
    return partition.subSpaces().stream()
        .flatMap(part -> part.space().all().map(each -> admission.candidate(part, each)))
        .filter(admission::admits)
        .min(Comparator.comparing(each -> Spaces.loss(each).get("distillation-loss")))
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(SearchOptions.Method.class)
  void everyMethodFindsTheOptimumOfASmallSpace(SearchOptions.Method method) throws Exception {
    for (Budget budget : List.of(Spaces.NO_BOUND, Spaces.flops("40M"), Spaces.flops("12M"))) {
      SearchOptions options = evolution()
          .method(method)
          .exhaustiveLimit(method == SearchOptions.Method.EXHAUSTIVE ? 100 : 0)
          .steadyGenerations(100)
          .generations(40)
          .build();
      SearchResult result = Spaces.run(Spaces.small(), budget, options);
      assertThat(result.best(budget).orElseThrow().candidate())
          .isEqualTo(optimum(Spaces.small(), budget));
    }
  }

  @Test
  void evolutionOfFewCandidatesScoresThemAll() throws Exception {
    SearchOptions options = SearchOptions.builder().build();
    SearchResult result = Spaces.run(Spaces.small(), Spaces.NO_BOUND, options);
    assertThat(result.evaluated()).hasSize(60);
  }

  @Test
  void exhaustiveSearchOfManyIsRefused() {
    SearchOptions options = SearchOptions.builder()
        .method(SearchOptions.Method.EXHAUSTIVE)
        .exhaustiveLimit(59)
        .build();
    for (Partition partition : List.of(Spaces.small(), Spaces.vast())) {
      assertThatThrownBy(() -> Spaces.run(partition, Spaces.NO_BOUND, options))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("search.method.name")
          .hasMessageContaining("at most 59");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10G", "400M", "150M"})
  void allThatIsScoredIsInItsSpaceWithinBudgetAndScoredOnce(String bound) throws Exception {
    Budget budget = Budget.of(
        ImmutableMap.of(Metric.FLOPS, Bound.parse(bound), Metric.PARAMETERS, Bound.parse("20M")));
    for (Partition partition : List.of(Spaces.cut(), Spaces.vast())) {
      for (SearchOptions.Method method :
          List.of(SearchOptions.Method.RANDOM, SearchOptions.Method.EVOLUTION)) {
        SearchOptions options = evolution().method(method).samples(100).build();
        AtomicInteger calls = new AtomicInteger();
        SearchResult result = Spaces.run(
            partition,
            budget,
            candidate -> {
              calls.incrementAndGet();
              return Spaces.loss(candidate);
            },
            options,
            SearchLog.inMemory());
        Set<String> keys = new HashSet<>();
        for (Scored scored : result.evaluated()) {
          Candidate candidate = scored.candidate();
          SubSpace subSpace = partition.find(candidate.subSpace()).orElseThrow();
          assertThat(subSpace.space().contains(candidate.architecture())).isTrue();
          assertThat(candidate.cost())
              .isEqualTo(Accounting.EXACT.cost(candidate.architecture(), Spaces.INPUT));
          assertThat(budget.admits(candidate.cost())).isTrue();
          assertThat(keys.add(candidate.key())).isTrue();
        }
        assertThat(calls).hasValue(result.evaluated().size());
        assertThat(calls).hasValueGreaterThanOrEqualTo(100);
      }
    }
  }

  @Test
  void evolutionBeatsRandomSearchOnASmoothLandscape() throws Exception {
    // Over 8 seeds each with as many scores; a fair coin would give 7 wins of 8 in 3.5 %.
    int wins = 0;
    for (int seed = 1; seed <= 8; seed++) {
      SearchOptions options = evolution().seed(seed).steadyGenerations(100).build();
      Budget budget = Spaces.flops("300M");
      SearchResult bred = Spaces.run(Spaces.vast(), budget, options);
      SearchResult drawn = Spaces.run(
          Spaces.vast(),
          budget,
          SearchOptions.builder()
              .method(SearchOptions.Method.RANDOM)
              .samples(bred.evaluated().size())
              .seed(seed)
              .build());
      assertThat(drawn.evaluated()).hasSameSizeAs(bred.evaluated());
      if (loss(bred, budget) < loss(drawn, budget)) {
        wins++;
      }
    }
    assertThat(wins).isGreaterThanOrEqualTo(7);
  }

  private static double loss(SearchResult result, Budget budget) {
    return new Objectives(result.objectives()).primary(result.best(budget).orElseThrow());
  }

  @Test
  void evolutionWithTwoObjectivesComesNearerToTheFrontThanRandomSearch() throws Exception {
    ImmutableList<String> objectives = ImmutableList.of("distillation-loss", "flops");
    int wins = 0;
    for (int seed = 1; seed <= 8; seed++) {
      SearchOptions.Builder options =
          evolution().objectives(objectives).seed(seed).steadyGenerations(100);
      SearchResult bred = Spaces.run(Spaces.vast(), Spaces.NO_BOUND, options.build());
      SearchResult drawn = Spaces.run(
          Spaces.vast(),
          Spaces.NO_BOUND,
          options
              .method(SearchOptions.Method.RANDOM)
              .samples(bred.evaluated().size())
              .build());
      assertThat(drawn.evaluated()).hasSameSizeAs(bred.evaluated());
      if (hypervolume(bred) > hypervolume(drawn)) {
        wins++;
      }
    }
    assertThat(wins).isGreaterThanOrEqualTo(7);
  }

  /** The area that a front of loss and the logarithm of FLOPs dominates below (4, ln 10^10). */
  private static double hypervolume(SearchResult result) {
    double area = 0;
    double above = 4;
    List<Scored> front = new ArrayList<>(result.front());
    front.sort(Comparator.comparing(scored -> scored.candidate().cost().flops()));
    for (Scored scored : front) {
      double loss = Math.min(above, new Objectives(result.objectives()).primary(scored));
      area += (above - loss) * Math.log(1e10 / scored.candidate().cost().flops());
      above = loss;
    }
    return area;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void workersDoNotChangeTheResult(int workers) throws Exception {
    for (ImmutableList<String> objectives : List.of(
        ImmutableList.of("distillation-loss"), ImmutableList.of("distillation-loss", "macs"))) {
      SearchOptions.Builder options = evolution().objectives(objectives);
      SearchResult one = Spaces.run(Spaces.cut(), Spaces.flops("1G"), options.build());
      SearchResult many =
          Spaces.run(Spaces.cut(), Spaces.flops("1G"), options.workers(workers).build());
      assertThat(many).isEqualTo(one);
      assertThat(many.toJson()).isEqualTo(one.toJson());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SearchOptions.Method.class,
      names = {"RANDOM", "EVOLUTION"})
  void sameSeedSameResultAnotherSeedAnother(SearchOptions.Method method) throws Exception {
    SearchOptions.Builder options = evolution().method(method).samples(50);
    SearchResult first = Spaces.run(Spaces.vast(), Spaces.flops("1G"), options.build());
    assertThat(Spaces.run(Spaces.vast(), Spaces.flops("1G"), options.build())).isEqualTo(first);
    assertThat(Spaces.run(Spaces.vast(), Spaces.flops("1G"), options.seed(4).build()))
        .isNotEqualTo(first);
  }

  @Test
  void evolutionOfManyCheapCandidatesGoesThroughAVastSpace() throws Exception {
    assertThat(Spaces.vast().subSpaces().get(0).space().count())
        .isGreaterThan(BigInteger.TEN.pow(15));
    SearchOptions options = evolution()
        .population(256)
        .generations(200)
        .steadyGenerations(200)
        .maxEvaluations(20_000)
        .objectives(ImmutableList.of("cost"))
        .build();
    Budget budget = Spaces.flops("200M");
    SearchResult result = Spaces.run(
        Spaces.vast(),
        budget,
        each -> ImmutableMap.of("cost", 1e9 - each.cost().parameters()),
        options,
        SearchLog.inMemory());
    assertThat(result.evaluated()).hasSize(20_000);
    // The most parameters that the budget buys.
    assertThat(result.best(budget).orElseThrow().candidate().cost().flops())
        .isBetween(190_000_000L, 200_000_000L);
  }

  @Test
  void aBudgetThatNothingMeetsIsRefusedWithTheNearestCosts() {
    Budget budget = Budget.of(
        ImmutableMap.of(Metric.FLOPS, Bound.parse("1M"), Metric.PARAMETERS, Bound.parse("1G")));
    for (Partition partition : List.of(Spaces.small(), Spaces.vast())) {
      assertThatThrownBy(() -> Spaces.run(partition, budget, evolution().build()))
          .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.kind())
              .isEqualTo(UserException.Kind.NO_STUDENT))
          .hasMessageContaining("flops <= 1000000")
          .hasMessageContaining("least parameters")
          .hasMessageContaining("flops")
          .hasMessageContaining("above the bound of")
          .hasMessageContaining("Raise the budget");
    }
  }

  @Test
  void aNarrowBudgetOfAVastSpaceIsFound() throws Exception {
    // Just above the smallest member: nothing that is drawn at random meets it.
    long least = Accounting.EXACT
        .cost(Spaces.vast().subSpaces().get(0).space().smallest(), Spaces.INPUT)
        .flops();
    Budget budget = Budget.of(Metric.FLOPS, Bound.of(least + least / 50));
    List<String> notes = new ArrayList<>();
    for (SearchOptions.Method method :
        List.of(SearchOptions.Method.RANDOM, SearchOptions.Method.EVOLUTION)) {
      SearchResult result = Search.run(
          Spaces.vast(),
          Spaces.INPUT,
          Accounting.EXACT,
          budget,
          Spaces::loss,
          evolution().method(method).samples(20).build(),
          SearchLog.inMemory(),
          new SearchListener() {
            @Override
            public void note(String message) {
              notes.add(message);
            }
          });
      assertThat(result.best(budget)).isPresent();
    }
    assertThat(notes).singleElement().asString().contains("not 20");
  }

  @Test
  void anUnknownObjectiveIsRefusedWithWhatThereIs() {
    SearchOptions options =
        SearchOptions.builder().objectives(ImmutableList.of("distilation-loss")).build();
    assertThatThrownBy(() -> Spaces.run(Spaces.small(), Spaces.NO_BOUND, options))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("search.objectives: found (distilation-loss)")
        .hasMessageContaining("distillation-loss, logit-term")
        .hasMessageContaining("weight-bytes");
  }

  @Test
  void theListenerHearsEachResultInOrder() throws Exception {
    List<String> heard = new ArrayList<>();
    List<Integer> generations = new ArrayList<>();
    SearchResult result = Search.run(
        Spaces.cut(),
        Spaces.INPUT,
        Accounting.EXACT,
        Spaces.flops("1G"),
        Spaces::loss,
        evolution().workers(4).generations(3).build(),
        SearchLog.inMemory(),
        new SearchListener() {
          @Override
          public void started(SearchOptions.Method method, long atMost, int logged) {
            heard.add(method + " " + atMost + " " + logged);
          }

          @Override
          public void evaluated(Scored scored, int count) {
            heard.add(count + " " + scored.key());
          }

          @Override
          public void generation(int generation, int front, int steady) {
            generations.add(generation);
          }
        });
    assertThat(heard.get(0)).isEqualTo("EVOLUTION 40 0");
    assertThat(heard).hasSize(result.evaluated().size() + 1);
    assertThat(heard.get(7)).isEqualTo("7 " + result.evaluated().get(6).key());
    assertThat(generations).containsExactly(1, 2, 3);
  }
}
