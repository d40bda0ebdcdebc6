package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.Metric;
import dev.retort.data.TextBatch;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenScoresTest {
  /** Texts of 3, 1 and 4 tokens. */
  private static final int[] TEXTS = {0, 0, 0, 1, 2, 2, 2, 2};

  private static final int CLASSES = 7;

  private final Random random = new Random(17);
  private final float[][] logits = new float[TEXTS.length][CLASSES];
  private final long[] labels = new long[TEXTS.length];

  TokenScoresTest() {
    for (int i = 0; i < TEXTS.length; i++) {
      for (int c = 0; c < CLASSES; c++) {
        logits[i][c] = (float) (3 * random.nextGaussian());
      }
      labels[i] = i % 3 == 0 ? largest(logits[i]) : random.nextInt(CLASSES);
    }
  }

  private static int largest(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }

  private static double loss(float[] row, long label) {
    double sum = 0;
    for (float each : row) {
      sum += Math.exp(each);
    }
    return Math.log(sum) - row[(int) label];
  }

  /** The error of a ratio, directly: the deviation of what each text has too much. */
  private static double error(double[] values) {
    double[] sums = new double[3];
    double[] counts = new double[3];
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sums[TEXTS[i]] += values[i];
      counts[TEXTS[i]]++;
      total += values[i];
    }
    double squares = 0;
    for (int text = 0; text < 3; text++) {
      squares += Math.pow(sums[text] - total / values.length * counts[text], 2);
    }
    return Math.sqrt(squares * 3 / 2) / values.length;
  }

  @Test
  void scoresAreThoseOfAllTokensTogether() {
    double[] losses = new double[TEXTS.length];
    double[] hits = new double[TEXTS.length];
    double sum = 0;
    double right = 0;
    for (int i = 0; i < TEXTS.length; i++) {
      losses[i] = loss(logits[i], labels[i]);
      hits[i] = largest(logits[i]) == labels[i] ? 1 : 0;
      sum += losses[i];
      right += hits[i];
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      TokenScores scores = new TokenScores();
      scores.add(manager.create(logits), labels, TEXTS);
      double perplexity = Math.exp(sum / TEXTS.length);
      assertThat(scores.tokens()).isEqualTo(TEXTS.length);
      assertThat(scores.loss()).isCloseTo(sum / TEXTS.length, within(1e-6));
      assertThat(scores.perplexity().value()).isCloseTo(perplexity, within(1e-5));
      assertThat(scores.perplexity().standardError())
          .hasValueCloseTo(perplexity * error(losses), within(1e-5));
      assertThat(scores.perplexity().metric()).isEqualTo(Metric.PERPLEXITY);
      assertThat(scores.perplexity().examples()).isEqualTo(3);
      assertThat(scores.accuracy().value()).isCloseTo(right / TEXTS.length, within(1e-12));
      assertThat(scores.accuracy().standardError()).hasValueCloseTo(error(hits), within(1e-9));
    }
  }

  @Test
  void batchesAddUpAndPositionsTellTheTexts() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray all = manager.create(logits);
      TokenScores whole = new TokenScores();
      whole.add(all, labels, TEXTS);
      TokenScores parts = new TokenScores();
      // Rows of five places; the third text is in a batch of its own.
      parts.add(all.get("0:4"), batch(manager, 2, new long[] {0, 2, 4, 6}, 0));
      parts.add(all.get("4:8"), batch(manager, 1, new long[] {0, 1, 2, 3}, 4));
      assertThat(parts.perplexity().value()).isCloseTo(whole.perplexity().value(), within(1e-12));
      assertThat(parts.accuracy()).isEqualTo(whole.accuracy());
    }
  }

  private TextBatch batch(NDManager manager, int rows, long[] positions, int from) {
    NDArray none = manager.zeros(new Shape(rows, 5));
    long[] own = Arrays.copyOfRange(labels, from, from + positions.length);
    return new TextBatch(
        none, none, none, manager.create(own), manager.create(positions), new int[rows]);
  }

  @Test
  void manyLogitsAreTakenInParts() {
    int classes = 1 << 15;
    int tokens = 300;
    try (NDManager manager = NDManager.newBaseManager()) {
      TokenScores scores = new TokenScores();
      scores.add(manager.zeros(new Shape(tokens, classes)), new long[tokens], new int[tokens]);
      assertThat(scores.perplexity().value()).isCloseTo(classes, within(1e-1));
      assertThat(scores.perplexity().standardError()).isEmpty();
      assertThat(scores.accuracy().value()).as("the first of equals").isEqualTo(1);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TokenScores scores = new TokenScores();
      NDArray two = manager.create(new float[][] {{1, 2}, {3, 4}});
      assertThatIllegalStateException().isThrownBy(scores::perplexity);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scores.add(two, new long[] {0}, new int[1]));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scores.add(two, new long[] {0, 2}, new int[2]))
          .withMessageContaining("(2)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scores.add(
              manager.create(new float[][] {{1, Float.NaN}}), new long[] {0}, new int[1]))
          .withMessageContaining("(NaN)");
    }
  }
}
