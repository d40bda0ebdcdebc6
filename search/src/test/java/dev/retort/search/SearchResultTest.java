package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Budget;
import dev.retort.space.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchResultTest {
  private static SearchResult result() throws InterruptedException {
    return Spaces.run(Spaces.small(), Spaces.NO_BOUND, SearchOptions.builder().build());
  }

  @Test
  void theTopUnderABudgetAreTheBestOfThoseThatMeetIt() throws Exception {
    SearchResult result = result();
    Budget budget = Spaces.flops("20M");
    List<Scored> expected = new ArrayList<>(result.evaluated());
    expected.removeIf(scored -> scored.candidate().cost().flops() > 20_000_000);
    expected.sort(Comparator.comparing(scored -> scored.scores().get("distillation-loss")));
    assertThat(expected).hasSizeGreaterThan(5);
    assertThat(result.top(budget, 5)).isEqualTo(expected.subList(0, 5));
    assertThat(result.top(budget, 1000)).isEqualTo(expected);
    assertThat(result.require(budget, 1)).containsExactly(result.best(budget).orElseThrow());
  }

  @Test
  void noneUnderABudgetIsAnErrorWithTheNearestCosts() throws Exception {
    SearchResult result = result();
    assertThat(result.best(Spaces.flops("1K"))).isEmpty();
    assertThatThrownBy(() -> result.require(Spaces.flops("1K"), 3))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(UserException.Kind.NO_STUDENT))
        .hasMessageContaining("every one of the 60 candidates with a score")
        .hasMessageContaining("bert:layers=2,hidden=32,heads=2,ratio=2");
  }

  @Test
  void theFrontOfASingleScoreIsAgainstMacs() throws Exception {
    SearchResult result = result();
    List<Scored> expected = result.evaluated().stream()
        .filter(one -> result.evaluated().stream()
            .noneMatch(other -> Front.dominates(vector(other), vector(one))))
        .toList();
    assertThat(result.front()).hasSizeGreaterThan(3).isEqualTo(expected);
  }

  private static double[] vector(Scored scored) {
    return new double[] {
      scored.scores().get("distillation-loss"), scored.candidate().cost().macs()
    };
  }

  @Test
  void theJsonSaysOfEachWhetherItIsOnTheFront() throws Exception {
    SearchResult result = result();
    JsonNode root = ScoredJson.MAPPER.readTree(result.toJson());
    assertThat(root.get("format").textValue()).isEqualTo("retort-front");
    assertThat(root.get("objectives").get(0).textValue()).isEqualTo("distillation-loss");
    List<Scored> onFront = new ArrayList<>();
    List<Scored> all = new ArrayList<>();
    for (JsonNode candidate : root.get("candidates")) {
      Scored scored = ScoredJson.read(candidate);
      all.add(scored);
      if (candidate.get("onFront").booleanValue()) {
        onFront.add(scored);
      }
    }
    assertThat(all).isEqualTo(result.evaluated());
    assertThat(onFront).isEqualTo(result.front());
    JsonNode empty = ScoredJson.MAPPER.readTree(
        SearchResult.of(ImmutableList.of(), ImmutableList.of("loss")).toJson());
    assertThat(empty.get("candidates")).isEmpty();
  }
}
