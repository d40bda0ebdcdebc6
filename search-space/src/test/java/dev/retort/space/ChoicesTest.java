package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4..7|[4, 5, 6, 7]",
        "128..224/32|[128, 160, 192, 224]",
        "2.0..3.5/0.5|[2, 2.5, 3, 3.5]",
        "0.1..0.7/0.1|[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]",
        " 4 .. 6 / 2 |[4, 6]",
        "7|7",
        "7..7|7",
        "[16, 32,48]|[16, 32, 48]",
        "[3.50]|3.5",
        "[mean, pooler]|[mean, pooler]",
        "first|first",
      })
  void textIsReadAndPrinted(String text, String printed) {
    Choices choices = Choices.parse(text);
    assertThat(choices).hasToString(printed);
    assertThat(Choices.parse(choices.toString())).isEqualTo(choices);
  }

  @Test
  void longRangesDoNotDrift() {
    Choices choices = Choices.parse("0.1..1000.0/0.1");
    assertThat(choices.size()).isEqualTo(10_000);
    assertThat(choices.values().get(2)).isEqualTo(Value.of(0.3));
    assertThat(choices.values().get(9_999)).isEqualTo(Value.of(1000));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomListsComeBack(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("choices-test", 0);
    for (int i = 0; i < 100; i++) {
      Choices choices = new Choices(random
          .ints(random.nextInt(1, 9), 1, 100_000)
          .distinct()
          .mapToObj(each -> Value.of(each / 64.0))
          .collect(ImmutableList.toImmutableList()));
      assertThat(Choices.parse(choices.toString())).isEqualTo(choices);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7..4|larger end last, found (7..4)",
        "4..7/0|positive step",
        "4..7/-1|positive step",
        "4..7/2|do not end at 7 but at 6",
        "4..x|found (4..x)",
        "4...7|found (4...7)",
        "''|found ()",
        "[]|found ([])",
        "[1,,2]|found ([1,,2])",
        "[1, 2|found ([1, 2)",
        "[1, 1.0]|The same choice stands twice in [1, 1]",
        "1e3|found (1e3)",
        "1..100000000|at most 100000 values",
        "a b|found (a b)",
      })
  void otherTextIsRefused(String text, String reason) {
    assertThatThrownBy(() -> Choices.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void whatVariesByLayerIsANumber() {
    assertThat(Dimension.perLayer("heads", "7..9")).hasToString("heads=[7, 8, 9] per layer");
    assertThatThrownBy(() -> Dimension.perLayer("pooling", "[mean, first]"))
        .hasMessageContaining("pooling has ([mean, first])");
    assertThatThrownBy(Choices::of).hasMessageContaining("at least one");
  }
}
