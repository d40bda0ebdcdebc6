package dev.retort.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonRandomTest {
  /** Printed by Python 3.11: choices of (3, 4, 5, 6) and (2, 3, 4) in turn. */
  @ParameterizedTest
  @CsvSource({
    "1, 443333636233336434634433",
    "7, 526432333442336242623234",
    "4294967295, 425453536332435233336454"
  })
  void choicesArePythons(long seed, String expected) {
    PythonRandom random = new PythonRandom(seed);
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      drawn.add(random.choice(i % 2 == 0 ? List.of(3, 4, 5, 6) : List.of(2, 3, 4)));
    }
    assertThat(drawn.stream().map(String::valueOf).reduce("", String::concat)).isEqualTo(expected);
  }
}
