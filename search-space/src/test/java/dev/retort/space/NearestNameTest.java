package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KNOWN = List.of("resnet", "wrn", "hidden-state", "kd");

  @Test
  void slipsOfTheHandAreForgiven() {
    assertThat(NearestName.of("resent", KNOWN)).hasValue("resnet");
    assertThat(NearestName.of("Hidden_State", KNOWN)).hasValue("hidden-state");
    assertThat(NearestName.advice("kdd", KNOWN)).isEqualTo("; did you mean kd?");
  }

  @Test
  void whatIsFarFromAllGetsNoAdvice() {
    assertThat(NearestName.of("transformer", KNOWN)).isEmpty();
    assertThat(NearestName.advice("xy", List.of("kd")))
        .as("no letter in common")
        .isEmpty();
    assertThat(NearestName.of("", KNOWN)).isEmpty();
    assertThat(NearestName.several("transformer", KNOWN, 2)).hasSize(2);
  }

  @Test
  void theFirstOfEqualsIsTaken() {
    assertThat(NearestName.of("abx", List.of("aby", "abz"))).hasValue("aby");
  }

  @Test
  void hostileListsCostLittle() {
    List<String> many = IntStream.range(0, 1_000_000).mapToObj(i -> "name" + i).toList();
    assertThat(NearestName.of("name4095x", many)).isPresent();
    assertThat(NearestName.of("a".repeat(100_000), many)).isEmpty();
    assertThat(NearestName.of("kd", List.of("k".repeat(100_000)))).isEmpty();
  }
}
