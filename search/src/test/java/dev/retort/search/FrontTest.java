package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontTest {
  @ParameterizedTest(name = "{0} objectives")
  @ValueSource(ints = {1, 2, 3, 4})
  void theFrontIsThatOfBruteForce(int objectives) {
    for (int seed = 0; seed < 50; seed++) {
      RandomGenerator random = new RandomStreams(seed).at("test", objectives);
      List<double[]> points = new ArrayList<>();
      for (int i = random.nextInt(80); i >= 0; i--) {
        // Few values, so that there are ties.
        points.add(random.ints(objectives, 0, 9).asDoubleStream().toArray());
      }
      List<double[]> expected = points.stream()
          .filter(point -> points.stream().noneMatch(other -> isDominated(point, other)))
          .toList();
      assertThat(Front.of(points, point -> point))
          .as("seed %d", seed)
          .usingElementComparator((a, b) -> a == b ? 0 : 1)
          .containsExactlyElementsOf(expected);
    }
  }

  private static boolean isDominated(double[] point, double[] by) {
    boolean atLeastAsGood = true;
    boolean same = true;
    for (int i = 0; i < point.length; i++) {
      atLeastAsGood &= by[i] <= point[i];
      same &= by[i] == point[i];
    }
    return atLeastAsGood && !same;
  }

  @Test
  void equalsStandOnTheFrontTogetherInTheirOrder() {
    List<String> all = List.of("b1", "a1", "c2", "d0");
    assertThat(Front.of(all, each -> new double[] {each.charAt(1), -each.charAt(1)}))
        .containsExactly("b1", "a1", "c2", "d0");
    assertThat(Front.of(all, each -> new double[] {Math.max('1', each.charAt(1))}))
        .containsExactly("b1", "a1", "d0");
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    assertThatThrownBy(() -> Front.dominates(new double[] {1}, new double[] {Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Front.dominates(new double[] {1}, new double[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1 and 2)");
  }
}
