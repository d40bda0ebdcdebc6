package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import dev.retort.distill.objective.procedure.ReplaySchedule.Ratio;
import dev.retort.distill.objective.procedure.ReplaySchedule.Source;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  @Test
  void theThresholdRisesToItsCapAndTheReferenceNeverFalls() {
    AdaptiveThreshold threshold = new AdaptiveThreshold(0.85, 2, 0.1, 0.1, 1);
    assertThat(threshold.after(1).reference()).isEqualTo(2);
    assertThat(threshold.after(Double.NaN)).isEqualTo(threshold);
    AdaptiveThreshold risen = threshold.after(2.2).after(2.4);
    assertThat(risen.threshold()).isEqualTo(1);
    assertThat(risen.reference()).isEqualTo(2.4);
  }

  @Test
  void theThresholdGoesOnFromItsState() {
    AdaptiveThreshold start = AdaptiveThreshold.starting(2);
    AdaptiveThreshold later = start.after(2.5).after(2.7);
    AdaptiveThreshold again = start.at(later.state());
    assertThat(again).isEqualTo(later);
    assertThat(again.after(3)).isEqualTo(later.after(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start.at(Map.of("threshold", 0.5)))
        .withMessageContaining("reference");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveThreshold(1.5, 2, 0.1, 0.1, 1))
        .withMessageContaining("(1.5)");
  }

  @Test
  void eachRatioSharesTheThresholdInItsWay() {
    assertThat(new ReplaySchedule(Ratio.DECREASING, 100, 5).sampling(25, 0.4))
        .isCloseTo(0.3, within(1e-12));
    assertThat(new ReplaySchedule(Ratio.CONSTANT, 100, 5).sampling(25, 0.4))
        .isCloseTo(0.2, within(1e-12));
    assertThat(new ReplaySchedule(Ratio.INCREASING, 100, 5).sampling(25, 0.4))
        .isCloseTo(0.1, within(1e-12));
  }

  @Test
  void aBufferThatIsNotFullIsFilledFirst() {
    ReplaySchedule schedule = new ReplaySchedule(Ratio.DECREASING, 100, 5);
    assertThat(schedule.source(50, 0.4, 4, 0.3)).isEqualTo(Source.GENERATE);
    assertThat(schedule.source(50, 0.4, 5, 0.3)).isEqualTo(Source.REPLAY);
    assertThat(schedule.source(50, 0.4, 5, 0.1)).isEqualTo(Source.GENERATE);
    assertThat(schedule.source(50, 0.4, 0, 0.5)).isEqualTo(Source.DATA_SET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplaySchedule(Ratio.CONSTANT, 0, 5))
        .withMessageContaining("(0)");
  }

  @Test
  void aRouteEndsWithTheConvergedTeacher() {
    assertThat(new EqualIntervals(50).anchors(20)).containsExactly(20);
    assertThat(new EqualIntervals(1).anchors(3)).containsExactly(1, 2, 3);
    assertThat(new EqualIntervals(5).anchorOf(100, 4)).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EqualIntervals(0))
        .withMessageContaining("(0)");
  }

  @Test
  void theGreedyRouteTakesWhatIsHarderByTheFactor() {
    GreedyAnchors greedy = new GreedyAnchors();
    ImmutableDoubleArray flat = ImmutableDoubleArray.of(1, 1.1, 1.2);
    assertThat(greedy.next(0, flat)).isEmpty();
    assertThat(greedy.route(flat)).isEqualTo(ImmutableList.of(2));
    ImmutableDoubleArray badEpoch = ImmutableDoubleArray.of(1, 0.5, 1.3);
    assertThat(greedy.next(0, badEpoch)).hasValue(2);
    assertThat(greedy.route(ImmutableDoubleArray.of(1))).containsExactly(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GreedyAnchors(1))
        .withMessageContaining("(1.0)");
  }

  @Test
  void softLandmarksWeighLessFromThirdToThird() {
    AsmLoss loss = new AsmLoss(100);
    assertThat(loss.weight(32)).isEqualTo(2);
    assertThat(loss.weight(33)).isEqualTo(1);
    assertThat(loss.weight(65)).isEqualTo(1);
    assertThat(loss.weight(66)).isEqualTo(0.5);
    assertThat(new AsmLoss(1).weight(0)).isEqualTo(0.5);
  }
}
