package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of lists of tensors against the same arithmetic written out in double. */
final class TensorListsTest {
  private static final int STEPS = 5;
  private static final double RATE = 0.05;
  private static final double DECAY = 0.1;

  private final NDManager manager = NDManager.newBaseManager();
  private final Draws draws = new Draws(manager, 21);
  private final TensorLists lists = new TensorLists();
  private final Autograd autograd = Autograd.off();

  private List<NDArray> parameters;

  @BeforeEach
  void draw() {
    parameters = List.of(draws.normal(3, 4), draws.normal(5));
  }

  @AfterEach
  void close() {
    autograd.close();
    manager.close();
  }

  /** The second tensor takes part in every other step only, with a count of its own. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void adamAndAdamwFollowTheirPapers(boolean decoupled) {
    TensorLists.Adam numbers = new TensorLists.Adam(RATE, 0.9, 0.99, DECAY, 1e-6);
    List<NDArray> first = zeros();
    List<NDArray> second = zeros();
    List<NDArray> counts = List.of(manager.create(0f), manager.create(0f));
    List<AdamByHand> expected = parameters.stream()
        .map(each -> new AdamByHand(doubles(each), numbers, decoupled))
        .toList();
    for (int step = 0; step < STEPS; step++) {
      int taking = step % 2 == 0 ? 2 : 1;
      List<NDArray> gradients = parameters.subList(0, taking).stream()
          .map(each -> draws.normal(each.getShape().getShape()))
          .toList();
      lists.increment(counts.subList(0, taking));
      List<NDArray> taken = parameters.subList(0, taking);
      List<NDArray> m = first.subList(0, taking);
      List<NDArray> v = second.subList(0, taking);
      List<NDArray> t = counts.subList(0, taking);
      if (decoupled) {
        lists.adamw(taken, gradients, m, v, t, numbers);
      } else {
        lists.adam(taken, gradients, m, v, t, numbers);
      }
      for (int i = 0; i < taking; i++) {
        expected.get(i).step(doubles(gradients.get(i)));
      }
      for (int i = 0; i < expected.size(); i++) {
        assertClose(parameters.get(i), expected.get(i).parameter);
        assertClose(first.get(i), expected.get(i).first);
        assertClose(second.get(i), expected.get(i).second);
      }
    }
    assertThat(counts).extracting(NDArray::getFloat).containsExactly(5f, 3f);
  }

  /** One tensor under Adam, in double. */
  private static final class AdamByHand {
    private final double[] parameter;
    private final double[] first;
    private final double[] second;
    private final TensorLists.Adam numbers;
    private final boolean decoupled;
    private int steps;

    AdamByHand(double[] parameter, TensorLists.Adam numbers, boolean decoupled) {
      this.parameter = parameter;
      this.first = new double[parameter.length];
      this.second = new double[parameter.length];
      this.numbers = numbers;
      this.decoupled = decoupled;
    }

    void step(double[] gradient) {
      steps++;
      for (int i = 0; i < parameter.length; i++) {
        double g = gradient[i];
        if (decoupled) {
          parameter[i] -= numbers.rate() * numbers.decay() * parameter[i];
        } else {
          g += numbers.decay() * parameter[i];
        }
        first[i] = numbers.beta1() * first[i] + (1 - numbers.beta1()) * g;
        second[i] = numbers.beta2() * second[i] + (1 - numbers.beta2()) * g * g;
        double m = first[i] / (1 - Math.pow(numbers.beta1(), steps));
        double v = second[i] / (1 - Math.pow(numbers.beta2(), steps));
        parameter[i] -= numbers.rate() * m / (Math.sqrt(v) + numbers.epsilon());
      }
    }
  }

  @Test
  void sgdFollowsItsFormula() {
    List<NDArray> momenta = zeros();
    List<double[]> expected = parameters.stream().map(TensorListsTest::doubles).toList();
    List<double[]> moved =
        expected.stream().map(each -> new double[each.length]).toList();
    for (int step = 0; step < STEPS; step++) {
      List<NDArray> gradients = parameters.stream()
          .map(each -> draws.normal(each.getShape().getShape()))
          .toList();
      List<double[]> before = gradients.stream().map(TensorListsTest::doubles).toList();
      lists.sgd(parameters, gradients, momenta, RATE, 0.8, DECAY);
      for (int i = 0; i < expected.size(); i++) {
        double[] parameter = expected.get(i);
        double[] momentum = moved.get(i);
        for (int j = 0; j < parameter.length; j++) {
          momentum[j] = 0.8 * momentum[j] + before.get(i)[j] + DECAY * parameter[j];
          parameter[j] -= RATE * momentum[j];
        }
        assertClose(parameters.get(i), parameter);
        assertClose(momenta.get(i), momentum);
        assertClose(gradients.get(i), before.get(i));
      }
    }
  }

  @Test
  void updatesReachTheWeightsBehindALeaf() {
    NDArray weight = parameters.get(0);
    NDArray leaf = Autograd.leaf(weight, manager);
    float[] before = weight.toFloatArray();
    lists.scale(List.of(leaf.stopGradient()), 2);
    for (int i = 0; i < before.length; i++) {
      assertThat(weight.toFloatArray()[i]).isEqualTo(2 * before[i]);
    }
  }

  @Test
  void normIsTheEuclideanOneOfAllEntries() {
    double sum = 0;
    for (NDArray each : parameters) {
      for (double value : doubles(each)) {
        sum += value * value;
      }
    }
    NDArray norm = lists.norm(parameters, manager);
    assertThat(norm.getShape()).isEqualTo(new Shape());
    assertThat((double) norm.getFloat()).isCloseTo(Math.sqrt(sum), within(1e-6 * sum));
    assertThat(lists.norm(List.of(manager.create(Float.NaN)), manager).getFloat())
        .isNaN();
  }

  @Test
  void scaleMultipliesEveryEntry() {
    List<double[]> before = parameters.stream().map(TensorListsTest::doubles).toList();
    lists.scale(parameters, -0.5);
    for (int i = 0; i < before.size(); i++) {
      double[] expected = before.get(i);
      for (int j = 0; j < expected.length; j++) {
        expected[j] *= -0.5;
      }
      assertClose(parameters.get(i), expected);
    }
  }

  @Test
  void zeroClearsWhateverWasThere() {
    NDArray spoilt = manager.create(
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1f});
    lists.zero(List.of(spoilt));
    assertThat(spoilt.toFloatArray()).containsExactly(0f, 0f, 0f, 0f);
  }

  @Test
  void nothingStaysBehind() {
    List<NDArray> counts = List.of(manager.create(0f), manager.create(0f));
    List<NDArray> gradients = zeros();
    List<NDArray> moments = zeros();
    List<NDArray> squares = zeros();
    int before = manager.getManagedArrays().size();
    for (int step = 0; step < 10; step++) {
      lists.increment(counts);
      lists.adamw(
          parameters,
          gradients,
          moments,
          squares,
          counts,
          new TensorLists.Adam(RATE, 0.9, 0.999, DECAY, 1e-8));
      lists.scale(gradients, 2);
      lists.zero(gradients);
      try (NDManager scope = manager.newSubManager()) {
        lists.norm(gradients, scope);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private List<NDArray> zeros() {
    return Stream.of(manager.zeros(new Shape(3, 4)), manager.zeros(new Shape(5)))
        .toList();
  }

  private static double[] doubles(NDArray array) {
    float[] values = array.toFloatArray();
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static void assertClose(NDArray actual, double[] expected) {
    assertThat(doubles(actual)).containsExactly(expected, within(2e-6));
  }
}
