package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  private static final double RATE = 0.01;
  private static final double DECAY = 0.1;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static OptimizerOptions options(OptimizerOptions.Name name) {
    return new OptimizerOptions(
        name, RATE, 0.8, 0.95, 1e-6, 0.7, DECAY, 0, 0, OptimizerOptions.Decay.CONSTANT);
  }

  /** One number under an optimiser, in double arithmetic, from the papers' formulas. */
  private static final class ByHand {
    private final OptimizerOptions.Name name;
    private final double decay;
    private double value;
    private double first;
    private double second;
    private int steps;

    ByHand(OptimizerOptions.Name name, double decay, double value) {
      this.name = name;
      this.decay = decay;
      this.value = value;
    }

    void step(double gradient) {
      steps++;
      if (name == OptimizerOptions.Name.SGD) {
        first = 0.7 * first + gradient + decay * value;
        value -= RATE * first;
        return;
      }
      double g = gradient;
      if (name == OptimizerOptions.Name.ADAMW) {
        value -= RATE * decay * value;
      } else {
        g += decay * value;
      }
      first = 0.8 * first + 0.2 * g;
      second = 0.95 * second + 0.05 * g * g;
      double mean = first / (1 - Math.pow(0.8, steps));
      double square = second / (1 - Math.pow(0.95, steps));
      value -= RATE * mean / (Math.sqrt(square) + 1e-6);
    }
  }

  private static void update(Optimizer optimizer, Optimizer.Update... updates) {
    try (Autograd off = Autograd.off()) {
      optimizer.update(List.of(updates), RATE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fiveStepsAreThoseOfThePapersFormula(OptimizerOptions.Name name) {
    double[] start = {1.5, -0.75, 0.01};
    ByHand[] decaying = new ByHand[3];
    ByHand[] plain = new ByHand[3];
    for (int i = 0; i < 3; i++) {
      decaying[i] = new ByHand(name, DECAY, start[i]);
      plain[i] = new ByHand(name, 0, start[i]);
    }
    NDArray weight = manager.create(new float[] {1.5f, -0.75f, 0.01f});
    NDArray bias = weight.duplicate();
    RandomGenerator random = new RandomStreams(3).at("gradients", 0);
    try (Optimizer optimizer = new Optimizer(options(name), manager)) {
      for (int step = 0; step < 5; step++) {
        float[] gradient = new float[3];
        for (int i = 0; i < 3; i++) {
          gradient[i] = (float) (random.nextGaussian() * Math.pow(10, i - 1));
          decaying[i].step(gradient[i]);
          plain[i].step(gradient[i]);
        }
        NDArray array = manager.create(gradient);
        update(
            optimizer,
            new Optimizer.Update("weight", weight, array, true),
            new Optimizer.Update("bias", bias, array, false));
        for (int i = 0; i < 3; i++) {
          assertThat((double) weight.getFloat(i)).isCloseTo(decaying[i].value, within(2e-6));
          assertThat((double) bias.getFloat(i)).isCloseTo(plain[i].value, within(2e-6));
        }
      }
      assertThat(TinyTraining.values(optimizer.state()).get("weight.steps")).containsExactly(5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTensorThatIsNotTouchedKeepsItsValueAndState(OptimizerOptions.Name name) {
    NDArray busy = manager.create(new float[] {1, 2});
    NDArray idle = manager.create(new float[] {3, 4});
    NDArray gradient = manager.create(new float[] {0.5f, -0.5f});
    try (Optimizer optimizer = new Optimizer(options(name), manager)) {
      update(
          optimizer,
          new Optimizer.Update("busy", busy, gradient, true),
          new Optimizer.Update("idle", idle, gradient, true));
      float[] value = idle.toFloatArray();
      Map<String, float[]> state = TinyTraining.values(optimizer.state());
      update(optimizer, new Optimizer.Update("busy", busy, gradient, true));
      Map<String, float[]> after = TinyTraining.values(optimizer.state());
      assertThat(idle.toFloatArray()).isEqualTo(value);
      for (String part : List.of("first", "second", "steps")) {
        assertThat(after.get("idle." + part)).as(part).isEqualTo(state.get("idle." + part));
      }
      assertThat(after.get("busy.steps")).containsExactly(2);
      assertThat(after.get("idle.steps")).containsExactly(1);
    }
  }

  @Test
  void aTensorThatWasNeverTouchedHasNoState() {
    try (Optimizer optimizer = new Optimizer(options(OptimizerOptions.Name.ADAMW), manager)) {
      assertThat(optimizer.state()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRestoredStateGoesOnBitForBit(OptimizerOptions.Name name) {
    NDArray weight = manager.create(new float[] {1.5f, -0.75f, 0.01f});
    NDArray gradient = manager.create(new float[] {0.3f, -7, 1e-4f});
    try (Optimizer optimizer = new Optimizer(options(name), manager);
        Optimizer second = new Optimizer(options(name), manager)) {
      update(optimizer, new Optimizer.Update("w", weight, gradient, true));
      // What was there before is replaced, and the copy does not follow the original.
      NDArray copy = weight.duplicate();
      update(second, new Optimizer.Update("other", copy.duplicate(), gradient, true));
      second.restore(optimizer.state());
      assertThat(second.state().keySet()).containsExactly("w.first", "w.second", "w.steps");
      assertThat(TinyTraining.digest(second.state()))
          .isEqualTo(TinyTraining.digest(optimizer.state()));
      update(optimizer, new Optimizer.Update("w", weight, gradient, true));
      update(second, new Optimizer.Update("w", copy, gradient, true));
      assertThat(copy.toFloatArray()).isEqualTo(weight.toFloatArray());
      assertThat(TinyTraining.digest(second.state()))
          .isEqualTo(TinyTraining.digest(optimizer.state()));
    }
  }

  @Test
  void aStateWithAPartMissingIsRefusedAndNothingChanges() {
    NDArray weight = manager.create(new float[] {1});
    try (Optimizer optimizer = new Optimizer(options(OptimizerOptions.Name.ADAM), manager)) {
      update(optimizer, new Optimizer.Update("w", weight, weight.duplicate(), true));
      String before = TinyTraining.digest(optimizer.state());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> optimizer.restore(
              ImmutableMap.of("w.steps", weight.duplicate(), "w.first", weight.duplicate())))
          .withMessage("The optimiser's state has no tensor (w.second)");
      assertThat(TinyTraining.digest(optimizer.state())).isEqualTo(before);
    }
  }
}
