package dev.retort.distill.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskedMeanTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void onlyWhatCountsIsAveraged() {
    NDArray values = manager.create(new float[] {1, 2, 4, 100}, new Shape(2, 2));
    NDArray counted = manager.create(new float[] {1, 0, 1, 0}, new Shape(2, 2));
    assertThat(MaskedMean.of(values, counted).getFloat()).isEqualTo(2.5f);
    assertThat(MaskedMean.of(values, null).getFloat()).isEqualTo(26.75f);
  }

  @Test
  void nothingGivesZeroWithAZeroGradient() {
    NDArray values = manager.create(new float[] {1, 2});
    values.setRequiresGradient(true);
    NDArray none = manager.zeros(new Shape(2));
    assertThat(Gradients.backward(List.of(values), in -> MaskedMean.of(in.get(0), none)))
        .isZero();
    Gradients.assertNone(values);
    assertThat(MaskedMean.of(manager.create(new Shape(0)), null).getFloat()).isZero();
  }
}
