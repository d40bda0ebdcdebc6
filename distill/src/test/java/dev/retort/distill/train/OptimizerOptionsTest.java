package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.train.OptimizerOptions.Decay;
import dev.retort.distill.train.OptimizerOptions.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerOptionsTest {
  private static OptimizerOptions schedule(double warmup, Decay decay) {
    return new OptimizerOptions(Name.ADAMW, 2, 0.9, 0.999, 1e-8, 0.9, 0, 1, warmup, decay);
  }

  @ParameterizedTest
  @CsvSource({
    // Ten steps of a hundred rise: a tenth of the peak in the first, the peak in the tenth.
    "LINEAR, 0, 0.2",
    "LINEAR, 4, 1.0",
    "LINEAR, 9, 2.0",
    "LINEAR, 10, 2.0",
    "LINEAR, 55, 1.0",
    "LINEAR, 99, 0.022222222",
    "COSINE, 0, 0.2",
    "COSINE, 10, 2.0",
    "COSINE, 40, 1.5",
    "COSINE, 55, 1.0",
    "COSINE, 70, 0.5",
    "CONSTANT, 0, 0.2",
    "CONSTANT, 9, 2.0",
    "CONSTANT, 10, 2.0",
    "CONSTANT, 99, 2.0"
  })
  void theRateOfAStepOfAHundredWithTenOfWarmUp(Decay decay, long step, double expected) {
    assertThat(schedule(0.1, decay).rate(step, 100)).isCloseTo(expected, within(1e-8));
  }

  @Test
  void withoutWarmUpTheFirstStepHasThePeakRate() {
    for (Decay decay : Decay.values()) {
      if (decay != Decay.STEPS) {
        assertThat(schedule(0, decay).rate(0, 1)).isEqualTo(2);
      }
    }
    assertThat(steps(0, 0.1, 0.5).rate(0, 1)).isEqualTo(2);
  }

  private static OptimizerOptions steps(double warmup, double factor, Double... milestones) {
    return new OptimizerOptions(
        Name.SGD,
        2,
        0.9,
        0.999,
        1e-8,
        0.9,
        0,
        1,
        warmup,
        Decay.STEPS,
        ImmutableList.copyOf(milestones),
        factor);
  }

  /** Of a hundred epochs of three steps; PyTorch's MultiStepLR, milestones 30, 60 and 90. */
  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "89, 2",
    "90, 0.2",
    "179, 0.2",
    "180, 0.02",
    "269, 0.02",
    "270, 0.002",
    "299, 0.002"
  })
  void theRateFallsAtEachMilestone(long step, double expected) {
    assertThat(steps(0, 0.1, 0.3, 0.6, 0.9).rate(step, 300)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void milestonesAreCountedFromTheFirstStepAndMayLieBeyondTheLast() {
    OptimizerOptions options = steps(0.1, 0.5, 0.05, 0.07, 1.5);
    assertThat(options.rate(6, 100)).as("while the rate still rises").isCloseTo(1.4, within(1e-12));
    assertThat(options.rate(10, 100)).isEqualTo(0.5);
    assertThat(options.rate(99, 100)).isEqualTo(0.5);
  }

  @Test
  void milestonesBelongToStepsAloneAndAscend() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedule(0, Decay.STEPS))
        .withMessage("optimizer.milestones must be given with decay: steps and with no other, not"
            + " ([]) with (steps)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steps(0, 0.1, 0.6, 0.3))
        .withMessage("optimizer.milestones must be above 0 and ascending, not (0.3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steps(0, 1, 0.6))
        .withMessage("optimizer.factor must be above 0 and below 1, not (1.0)");
  }

  @Test
  void warmUpIsRoundedUpToWholeStepsAndNoFurther() {
    // 0.07 * 100 is 7.000000000000001 in binary.
    assertThat(schedule(0.07, Decay.CONSTANT).rate(6, 100)).isEqualTo(2);
    assertThat(schedule(0.07, Decay.CONSTANT).rate(5, 100)).isLessThan(2);
    assertThat(schedule(0.01, Decay.CONSTANT).rate(0, 10)).isEqualTo(2);
    assertThat(schedule(0.99, Decay.LINEAR).rate(0, 1)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      rate         |0    |optimizer.rate must be above 0 and below 100, not (0.0)
      rate         |NaN  |optimizer.rate must be above 0 and below 100, not (NaN)
      rate         |100  |optimizer.rate must be above 0 and below 100, not (100.0)
      beta1        |1    |optimizer.beta1 must be in [0, 1), not (1.0)
      beta2        |-0.1 |optimizer.beta2 must be in [0, 1), not (-0.1)
      epsilon      |0    |optimizer.epsilon must be above 0 and below 1, not (0.0)
      momentum     |1    |optimizer.momentum must be in [0, 1), not (1.0)
      weight-decay |1    |optimizer.weight-decay must be in [0, 1), not (1.0)
      clip         |-1   |optimizer.clip must be 0 or more, not (-1.0)
      warmup       |1    |optimizer.warmup must be in [0, 1), not (1.0)
      warmup       |NaN  |optimizer.warmup must be in [0, 1), not (NaN)
      """)
  void aNumberOutOfRangeIsRefusedByItsKey(String key, double value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OptimizerOptions(
            Name.ADAMW,
            key.equals("rate") ? value : 1,
            key.equals("beta1") ? value : 0,
            key.equals("beta2") ? value : 0,
            key.equals("epsilon") ? value : 1e-8,
            key.equals("momentum") ? value : 0,
            key.equals("weight-decay") ? value : 0,
            key.equals("clip") ? value : 0,
            key.equals("warmup") ? value : 0,
            Decay.LINEAR))
        .withMessage(message);
  }
}
