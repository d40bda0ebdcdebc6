package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SandwichTest {
  private final RandomStreams streams = new RandomStreams(1);

  @Test
  void eachStepHasTheLargestTheSmallestAndDifferentOthers() {
    Sandwich sandwich = new Sandwich(TinyTraining.SPACE, true, true, 2);
    Set<Architecture> seen = new HashSet<>();
    for (long step = 0; step < 50; step++) {
      ImmutableList<Architecture> chosen = sandwich.at(streams, step);
      assertThat(chosen).hasSize(4).doesNotHaveDuplicates().allMatch(TinyTraining.SPACE::contains);
      assertThat(chosen.subList(0, 2))
          .containsExactly(TinyTraining.SPACE.largest(), TinyTraining.SPACE.smallest());
      seen.addAll(chosen);
    }
    assertThat(seen).hasSize(8);
  }

  @Test
  void aStepIsAFunctionOfSeedAndStep() {
    Sandwich sandwich = new Sandwich(TinyTraining.SPACE, false, false, 3);
    ImmutableList<Architecture> fifth = sandwich.at(streams, 5);
    assertThat(sandwich.at(streams, 6)).isNotEqualTo(fifth);
    assertThat(new Sandwich(TinyTraining.SPACE, false, false, 3).at(streams, 5)).isEqualTo(fifth);
  }

  @Test
  void aSpaceThatEndsGivesAllItHas() {
    assertThat(new Sandwich(TinyTraining.SPACE, true, true, 50).at(streams, 0))
        .hasSize(8)
        .doesNotHaveDuplicates();
  }

  @Test
  void trainingNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sandwich(TinyTraining.SPACE, false, false, 0))
        .withMessageContaining("not (0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sandwich(TinyTraining.SPACE, true, true, -1))
        .withMessageContaining("sandwich.random");
  }
}
