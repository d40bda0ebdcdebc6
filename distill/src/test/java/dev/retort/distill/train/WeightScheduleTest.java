package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.retort.distill.train.WeightSchedule.Form;
import org.junit.jupiter.api.Test;

class WeightScheduleTest {
  @Test
  void aConstantIsTheSameAtEveryStep() {
    WeightSchedule half = WeightSchedule.constant(0.5);
    assertThat(half.at(0)).isEqualTo(0.5);
    assertThat(half.at(1_000_000)).isEqualTo(0.5);
  }

  @Test
  void aLineMovesInEqualPartsBetweenItsSteps() {
    WeightSchedule line = new WeightSchedule(Form.LINEAR, 1, 3, 10, 20);
    assertThat(line.at(0)).isEqualTo(1);
    assertThat(line.at(10)).isEqualTo(1);
    assertThat(line.at(15)).isEqualTo(2);
    assertThat(line.at(20)).isEqualTo(3);
    assertThat(line.at(99)).isEqualTo(3).isEqualTo(line.last());
  }

  @Test
  void aCosineIsSlowAtBothEnds() {
    WeightSchedule cosine = new WeightSchedule(Form.COSINE, 1, 0, 0, 100);
    assertThat(cosine.at(10)).isCloseTo((1 + Math.cos(Math.PI / 10)) / 2, within(1e-12));
    assertThat(cosine.at(50)).isCloseTo(0.5, within(1e-12));
    assertThat(1 - cosine.at(10)).isLessThan(0.05);
    assertThat(cosine.at(100)).isZero();
  }

  @Test
  void aJumpHasNoStepsBetween() {
    WeightSchedule jump = new WeightSchedule(Form.LINEAR, 0, 1, 5, 5);
    assertThat(jump.at(4)).isZero();
    assertThat(jump.at(5)).isEqualTo(1);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightSchedule.constant(0))
        .withMessageContaining("(0.0) to (0.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightSchedule.constant(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightSchedule(Form.LINEAR, 0, 1, 5, 4))
        .withMessageContaining("from (5) to (4)");
  }
}
