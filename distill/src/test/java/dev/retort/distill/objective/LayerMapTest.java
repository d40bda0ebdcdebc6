package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LayerMapTest {
  private static List<Integer> teachers(
      LayerMap map, int student, int teacher, boolean embeddings) {
    return map.pairs(student, teacher, embeddings).stream()
        .map(LayerPair::teacher)
        .toList();
  }

  @Test
  void skipIsDistillers() {
    for (int student = 1; student <= 12; student++) {
      for (int teacher = 1; teacher <= 24; teacher++) {
        double k = (double) teacher / student;
        // Hidden states, the embeddings' among them: student i from teacher int(i k).
        assertThat(teachers(LayerMap.SKIP, student, teacher, true))
            .as("%d from %d", student, teacher)
            .isEqualTo(IntStream.rangeClosed(0, student)
                .mapToObj(i -> (int) (i * k + 1e-9))
                .toList());
        // Attention: layer i from layer int((i + 1) k - 1), both from 0; Python's int of a number
        // between -1 and 0 is 0.
        assertThat(teachers(LayerMap.SKIP, student, teacher, false))
            .isEqualTo(IntStream.range(0, student)
                .mapToObj(i -> (int) ((i + 1) * k - 1 + 1e-9) + 1)
                .toList());
      }
    }
    assertThat(teachers(LayerMap.SKIP, 4, 12, true)).containsExactly(0, 3, 6, 9, 12);
    assertThat(teachers(LayerMap.SKIP, 3, 4, false)).containsExactly(1, 2, 4);
  }

  @Test
  void lastIsDistillers() {
    assertThat(teachers(LayerMap.LAST, 4, 12, true)).containsExactly(8, 9, 10, 11, 12);
    assertThat(teachers(LayerMap.LAST, 4, 12, false)).containsExactly(9, 10, 11, 12);
    assertThat(teachers(LayerMap.LAST, 3, 2, true)).containsExactly(0, 0, 1, 2);
  }

  @Test
  void uniformIsTinyBerts() {
    assertThat(teachers(LayerMap.UNIFORM, 4, 12, true)).containsExactly(3, 6, 9, 12);
    assertThat(teachers(LayerMap.UNIFORM, 3, 4, false)).containsExactly(1, 3, 4);
  }

  @Test
  void everyPairIsInTheFlow() {
    assertThat(LayerMap.EMD.pairs(2, 3, true))
        .containsExactly(
            new LayerPair(1, 1),
            new LayerPair(1, 2),
            new LayerPair(1, 3),
            new LayerPair(2, 1),
            new LayerPair(2, 2),
            new LayerPair(2, 3));
  }

  @Test
  void noLayerComesBeforeTheFirst() {
    for (LayerMap map : LayerMap.values()) {
      for (int student = 1; student <= 9; student++) {
        for (int teacher = 1; teacher <= 9; teacher++) {
          int most = teacher;
          assertThat(map.pairs(student, teacher, false))
              .allSatisfy(each -> assertThat(each.teacher()).isBetween(1, most));
        }
      }
    }
  }
}
