package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final Cost TEACHER =
      new Cost(2_500_001, 61_900_000, 123_800_000, 10_000_004, 4096);

  @ParameterizedTest
  @CsvSource({
    "0.5G,500000000,500000000",
    "3M,3000000,3000000",
    "1e9,1000000000,1000000000",
    "440MiB,461373440,461373440",
    "50%,50%,1250000",
    " 4.80 %,4.8%,120000",
    "150%,150%,3750001",
    "2.5,2.5,2",
    "9e18,9000000000000000000,9000000000000000000",
    "999999999%,999999999%,25000009974999",
  })
  void boundIsReadPrintedAndResolved(String text, String printed, long limit) {
    Bound bound = Bound.parse(text);
    assertThat(bound).hasToString(printed);
    assertThat(Bound.parse(bound.toString())).isEqualTo(bound);
    assertThat(bound.limit(TEACHER.parameters())).isEqualTo(limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "0", "0%", "-3M", "0.5", "fast", "50 %%", "1e19", "1e999999999"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Bound.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Expected a bound such as 0.5G, 3M, 1e9, 440MiB or 50%")
        .hasMessageContaining("found (" + text + ")");
  }

  @Test
  void everyBoundMustBeKept() {
    Budget budget = Budget.of(ImmutableMap.of(
            Metric.FLOPS, Bound.parse("50%"),
            Metric.PARAMETERS, Bound.parse("1M")))
        .resolve(TEACHER);
    assertThat(budget).hasToString("parameters <= 1000000, flops <= 61900000");
    assertThat(budget.relative()).isFalse();
    Cost at = new Cost(1_000_000, 30_950_000, 61_900_000, 1L << 40, 1L << 40);
    assertThat(budget.admits(at)).isTrue();
    assertThat(budget.explain(at)).isEqualTo("within budget");
    assertThat(budget.excess(at)).isZero();

    Cost over = new Cost(1_250_000, 1, 61_900_001, 1, 1);
    assertThat(budget.admits(over)).isFalse();
    assertThat(budget.excess(over)).isCloseTo(0.25, Offset.offset(1e-12));
    assertThat(budget.explain(over))
        .isEqualTo("parameters 1.25 M above the bound of 1 M by 250 k (25.0%); "
            + "flops 61.9 M above the bound of 61.9 M by 1 (0.0%)");
  }

  @Test
  void bytesAreExplainedInBytes() {
    Budget budget = Budget.of(Metric.WEIGHT_BYTES, Bound.parse("4MiB"));
    assertThat(budget.explain(TEACHER))
        .isEqualTo("weight-bytes 9.54 MiB above the bound of 4 MiB by 5.54 MiB (138.4%)");
  }

  @Test
  void relativeBoundNeedsTheTeacher() {
    Budget budget = Budget.of(Metric.MACS, Bound.parse("50%"));
    assertThat(budget.relative()).isTrue();
    assertThatThrownBy(() -> budget.admits(TEACHER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("macs (50%) is relative to the teacher");
    Cost nothing = new Cost(1, 1, 1, 1, 1);
    assertThatThrownBy(() -> budget.resolve(nothing)).hasMessageContaining("allows nothing");
    assertThat(budget.resolve(TEACHER).resolve(nothing)).isEqualTo(budget.resolve(TEACHER));
  }

  @Test
  void noBoundAdmitsEverything() {
    assertThat(Budget.UNLIMITED.admits(TEACHER)).isTrue();
    assertThat(Budget.UNLIMITED.excess(TEACHER)).isNegative();
    assertThat(Budget.UNLIMITED).hasToString("no bound");
  }
}
