package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SearchOptionsTest {
  @Test
  void aQuarterOfThePopulationLivesOnUnlessSaid() {
    assertThat(SearchOptions.builder().build().elites()).isEqualTo(16);
    assertThat(SearchOptions.builder().population(20).build().elites()).isEqualTo(5);
    assertThat(SearchOptions.builder().population(20).elites(1).build().elites())
        .isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void aWrongValueIsRefusedByItsRecipeKey(String key, UnaryOperator<SearchOptions.Builder> change) {
    SearchOptions.Builder builder = change.apply(SearchOptions.builder());
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(UserException.Kind.USAGE))
        .hasMessageStartingWith(key + ": found (")
        .hasMessageContaining("allowed: ");
  }

  private static Arguments wrong(String key, UnaryOperator<SearchOptions.Builder> change) {
    return Arguments.of(key, change);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("search.method.population", options -> options.population(3)),
        wrong("search.method.generations", options -> options.generations(0)),
        wrong("search.method.mutation", options -> options.mutation(1.5)),
        wrong("search.method.mutation", options -> options.mutation(Double.NaN)),
        wrong("search.method.crossover", options -> options.crossover(-0.1)),
        wrong("search.method.elites", options -> options.elites(0)),
        wrong("search.method.elites", options -> options.elites(64)),
        wrong("search.method.samples", options -> options.samples(0)),
        wrong("search.method.exhaustive-limit", options -> options.exhaustiveLimit(-1)),
        wrong("search.method.steady-generations", options -> options.steadyGenerations(0)),
        wrong("search.method.evaluations", options -> options.maxEvaluations(0)),
        wrong("search.method.timeout", options -> options.timeout(Duration.ofSeconds(-1))),
        wrong("search.workers", options -> options.workers(0)),
        wrong("search.workers", options -> options.workers(2000)),
        wrong("search.objectives", options -> options.objectives(ImmutableList.of())),
        wrong(
            "search.objectives",
            options -> options.objectives(ImmutableList.of("flops", "flops"))));
  }
}
