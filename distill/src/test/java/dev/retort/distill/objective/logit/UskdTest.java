package dev.retort.distill.objective.logit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Ranking;
import dev.retort.distill.objective.Gradients;
import dev.retort.supernet.kernel.Autograd;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UskdTest {
  private static final int ROWS = 5;
  private static final int CLASSES = 7;
  private static final int WIDTH = 4;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray labels(RandomGenerator random) {
    return manager.create(random.longs(ROWS, 0, CLASSES).toArray());
  }

  private List<NDArray> inputs(RandomGenerator random, int rows, int classes) {
    return List.of(
        Gradients.normal(manager, random, 2, rows, classes),
        Gradients.normal(manager, random, 1, rows, WIDTH),
        Gradients.normal(manager, random, 1, classes, WIDTH),
        Gradients.normal(manager, random, 1, classes));
  }

  private static NDArray loss(Uskd uskd, List<NDArray> in, NDArray labels) {
    return uskd.loss(in.get(0), in.get(1), in.get(2), in.get(3), labels);
  }

  /** P depends on the logits but is a constant, so the target part is checked by hand below. */
  @ParameterizedTest
  @EnumSource(Uskd.Rank.class)
  void gradientOfAllButTheTargetPartIsThatOfCentralDifferences(Uskd.Rank rank) {
    RandomGenerator random = Gradients.stream("uskd " + rank, 21);
    Uskd uskd = new Uskd(0, 0.5, 0.3, rank);
    NDArray labels = labels(random);
    Gradients.check(inputs(random, ROWS, CLASSES), in -> loss(uskd, in, labels));
  }

  @Test
  void gradientOfTheTargetPartIsThatOfWeightedCrossEntropy() {
    RandomGenerator random = Gradients.stream("uskd target", 22);
    NDArray labels = labels(random);
    List<NDArray> in = inputs(random, ROWS, CLASSES);
    Gradients.backward(in, all -> loss(new Uskd(1, 0, 0, Uskd.Rank.OFFICIAL_CODE), all, labels));
    NDArray p =
        new Uskd().terms(in.get(0), in.get(1), in.get(2), in.get(3), labels).targetLabels();
    NDArray expected =
        in.get(0).stopGradient().softmax(1).sub(labels.oneHot(CLASSES)).mul(p).div(ROWS);
    assertThat(in.get(0).getGradient().allClose(expected, 1e-9, 1e-9, false)).isTrue();
    Gradients.assertNone(in.get(1));
    Gradients.assertNone(in.get(2));
  }

  @ParameterizedTest
  @EnumSource(Uskd.Rank.class)
  void placesFollowTheScoresOfTheFormula(Uskd.Rank rank) {
    RandomGenerator random = Gradients.stream("uskd places " + rank, 29);
    List<NDArray> in = inputs(random, 1, CLASSES);
    Uskd.Terms terms = new Uskd(1, 1, 1, rank)
        .terms(in.get(0), in.get(1), in.get(2), in.get(3), manager.create(new long[] {2}));
    double[] head =
        in.get(1).matMul(in.get(2).transpose()).add(in.get(3)).softmax(1).toDoubleArray();
    NDArray own =
        rank == Uskd.Rank.OFFICIAL_CODE ? in.get(0).logSoftmax(1) : in.get(0).softmax(1);
    double[] x = own.toDoubleArray();
    long[] places = terms.places().toLongArray();
    double[] score = new double[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      score[i] = head[i] / (1 - head[2] + 1e-6) + x[i] / (1 - x[2] + 1e-6);
    }
    for (int i = 0; i < CLASSES; i++) {
      double mine = score[i];
      assertThat(places[i])
          .isEqualTo(Arrays.stream(score).filter(each -> each > mine).count());
    }
  }

  @Test
  void oneHotAndSmoothedRowsCountAsHardLabels() {
    RandomGenerator random = Gradients.stream("uskd rows", 23);
    NDArray labels = labels(random);
    List<NDArray> in = inputs(random, ROWS, CLASSES);
    Uskd uskd = new Uskd();
    double hard = loss(uskd, in, labels).getDouble();
    NDArray rows = labels.oneHot(CLASSES);
    assertThat(loss(uskd, in, rows).getDouble()).isEqualTo(hard);
    NDArray smoothed = rows.mul(0.9f).add(0.1f / CLASSES);
    Uskd.Terms terms = uskd.terms(in.get(0), in.get(1), in.get(2), in.get(3), smoothed);
    assertThat(terms.targets()).isEqualTo(rows);
    assertThat(terms.targetLabels().get(":,1").sum().getDouble()).isZero();
  }

  @Test
  void aWiderHeadIsCutToItsFirstColumns() {
    RandomGenerator random = Gradients.stream("uskd head", 24);
    NDArray labels = labels(random);
    List<NDArray> in = inputs(random, ROWS, CLASSES);
    NDArray wide = Gradients.normal(manager, random, 1, CLASSES, WIDTH + 3);
    NDArray cut = wide.get(":, :" + WIDTH).stopGradient();
    NDArray loss =
        Gradients.recorded(() -> new Uskd().loss(in.get(0), in.get(1), wide, in.get(3), labels));
    assertThat(loss.getDouble())
        .isEqualTo(new Uskd().loss(in.get(0), in.get(1), cut, in.get(3), labels).getDouble());
    Autograd.backward(loss);
    NDArray gradient = wide.getGradient();
    assertThat(gradient.get(":, :" + WIDTH).abs().sum().getDouble()).isPositive();
    assertThat(gradient.get(":, " + WIDTH + ":").abs().sum().getDouble()).isZero();
  }

  @Test
  void hugeLogitsTwoClassesAndEmptyBatchesStayFinite() {
    RandomGenerator random = Gradients.stream("uskd edges", 25);
    for (Uskd.Rank rank : Uskd.Rank.values()) {
      Uskd uskd = new Uskd(1, 0.1, 0.005, rank);
      for (int classes : new int[] {2, CLASSES}) {
        for (int rows : new int[] {0, 1, ROWS}) {
          List<NDArray> in = inputs(random, rows, classes).stream()
              .map(each -> Gradients.floats(each.stopGradient().mul(1e4f)))
              .toList();
          NDArray labels = manager.zeros(new Shape(rows), DataType.INT64);
          NDArray mixed =
              labels.oneHot(classes).mul(0.3f).add(labels.add(1).oneHot(classes).mul(0.7f));
          assertThat(Gradients.backward(in, all -> loss(uskd, all, labels))).isFinite();
          assertThat(Gradients.backward(in, all -> loss(uskd, all, mixed))).isFinite();
          in.forEach(Gradients::assertFinite);
        }
      }
    }
  }

  @Test
  void headsThatDoNotFitAreRefused() {
    RandomGenerator random = Gradients.stream("uskd refusal", 26);
    List<NDArray> in = inputs(random, ROWS, CLASSES);
    NDArray narrow = manager.zeros(new Shape(CLASSES, WIDTH - 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Uskd().loss(in.get(0), in.get(1), narrow, in.get(3), labels(random)))
        .withMessageContaining("uskd")
        .withMessageContaining("(7, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Uskd(-1, 0, 0, Uskd.Rank.OFFICIAL_CODE))
        .withMessageContaining("uskd.alpha")
        .withMessageContaining("(-1.0)");
  }

  @Test
  void nothingOfTheHeadOrTheLabelsStaysBehind() {
    RandomGenerator random = Gradients.stream("uskd managers", 27);
    NDArray weight = Gradients.normal(manager, random, 1, CLASSES, WIDTH);
    NDArray bias = Gradients.normal(manager, random, 1, CLASSES);
    NDArray labels = labels(random);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray logits = Gradients.normal(step, random, 1, ROWS, CLASSES);
      NDArray middle = Gradients.normal(step, random, 1, ROWS, WIDTH);
      new Uskd().loss(logits, middle, weight, bias, labels);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void rankingIsDescendingWithTiesInTheOrderOfColumns() {
    RandomGenerator random = Gradients.stream("ranking", 28);
    int columns = 300;
    for (int trial = 0; trial < 20; trial++) {
      Float[] row = new Float[columns];
      float[] flat = new float[columns];
      for (int i = 0; i < columns; i++) {
        float scale = (float) Math.pow(10, random.nextInt(-30, 30));
        flat[i] = trial % 2 == 0 ? random.nextInt(-3, 4) * 0.1f : scale * random.nextInt(-2, 3);
        row[i] = flat[i] == 0 ? 0f : flat[i];
      }
      Integer[] expected = new Integer[columns];
      Arrays.setAll(expected, i -> i);
      Arrays.sort(expected, (a, b) -> Float.compare(row[b], row[a]));
      NDArray order = Ranking.order(manager.create(flat, new Shape(1, columns)));
      long[] want = Arrays.stream(expected).mapToLong(Integer::longValue).toArray();
      assertThat(order.toLongArray()).isEqualTo(want);
      long[] places = Ranking.places(order).toLongArray();
      for (int i = 0; i < columns; i++) {
        assertThat(places[expected[i]]).isEqualTo(i);
      }
    }
  }
}
