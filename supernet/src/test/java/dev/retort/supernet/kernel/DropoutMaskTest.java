package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DropoutMaskTest {
  /** A tenth. */
  private static final int THRESHOLD = 6554;

  @Test
  void masksAreAFunctionOfTheKeyAndDropTheirShare() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape shape = new Shape(100, 1000);
      float[] mask = DropoutMask.of(manager, shape, 17, THRESHOLD).toFloatArray();
      float[] other = DropoutMask.of(manager, shape, 18, THRESHOLD).toFloatArray();
      assertThat(DropoutMask.of(manager, shape, 17, THRESHOLD).toFloatArray())
          .containsExactly(mask);
      int dropped = 0;
      int inBoth = 0;
      int neighbours = 0;
      for (int i = 0; i < mask.length; i++) {
        assertThat(mask[i]).isIn(0f, 65536f / (65536 - THRESHOLD));
        dropped += mask[i] == 0 ? 1 : 0;
        inBoth += mask[i] == 0 && other[i] == 0 ? 1 : 0;
        neighbours += i > 0 && mask[i] == 0 && mask[i - 1] == 0 ? 1 : 0;
      }
      // Five standard deviations of as many independent draws.
      assertThat(dropped / 1e5).isCloseTo(0.1, within(0.005));
      assertThat(inBoth / 1e5).isCloseTo(0.01, within(0.0016));
      assertThat(neighbours / 1e5).isCloseTo(0.01, within(0.0016));
    }
  }

  @Test
  void gradientsPassThroughAMask() {
    try (NDManager manager = NDManager.newBaseManager();
        Autograd recording = Autograd.recording()) {
      NDArray x = Autograd.leaf(manager.ones(new Shape(8, 8)), manager);
      NDArray mask = DropoutMask.of(manager, x.getShape(), 3, THRESHOLD);
      Autograd.backward(x.mul(mask).sum());
      NDArray gradient = Objects.requireNonNull(Autograd.gradient(x));
      assertThat(gradient.toFloatArray()).containsExactly(mask.toFloatArray());
    }
  }
}
