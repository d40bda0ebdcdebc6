package dev.retort.distill.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.TextBatch;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Perplexity and accuracy of tokens, added up batch by batch: no logits are kept. N tokens with
 * labels, V classes: the vocabulary, or tags.
 *
 * <p>Both are over all tokens together, each counting the same whatever text it is in. Tokens of
 * one text are no independent draws, so standard errors are those of a ratio of sums over texts
 * (Cochran, Sampling Techniques, 1977, 6.4): sqrt(n/(n-1) sum (s_i - m t_i)²) / sum t_i for n texts
 * with sums s_i over t_i tokens and the mean m. For use by one thread.
 */
public final class TokenScores {
  /** Logits whose softmax is taken at once: 16 MiB of float32. */
  private static final long AT_ONCE = 1L << 22;

  private final Sums losses = new Sums();
  private final Sums right = new Sums();

  /** Sums over texts: of values, of tokens, and of their squares and products. */
  private static final class Sums {
    private long texts;
    private double tokens;
    private double values;
    private double tokensSquared;
    private double valuesSquared;
    private double products;

    void add(double value, long count) {
      texts++;
      tokens += count;
      values += value;
      tokensSquared += (double) count * count;
      valuesSquared += value * value;
      products += value * count;
    }

    double mean() {
      return values / tokens;
    }

    OptionalDouble error() {
      if (texts < 2) {
        return OptionalDouble.empty();
      }
      double mean = mean();
      double squares =
          Math.max(0, valuesSquared - 2 * mean * products + mean * mean * tokensSquared);
      return OptionalDouble.of(Math.sqrt(squares * texts / (texts - 1)) / tokens);
    }
  }

  /**
   * What a network scores on texts with labels of tokens.
   *
   * @param batch texts at a time
   * @param parent the manager that temporary arrays live under
   */
  public static TokenScores of(
      Network network, Weights weights, Dataset<?> data, int batch, NDManager parent) {
    TokenScores scores = new TokenScores();
    try (Autograd off = Autograd.off()) {
      for (int[] indices : BatchPlan.sequential(data, batch)) {
        try (NDManager manager = parent.newSubManager()) {
          if (!(data.batch(manager, indices, null) instanceof TextBatch input)
              || input.positions() == null) {
            throw new IllegalArgumentException("the data have no labels of tokens (" + data + ")");
          }
          scores.add(network.forward(weights, input, Request.LOGITS).requireLogits(), input);
        }
      }
    }
    return scores;
  }

  /**
   * Adds a batch, each of its texts being one.
   *
   * @param logits [N,V]
   * @param batch with positions: the labels [N]
   */
  public void add(NDArray logits, TextBatch batch) {
    NDArray positions = batch.positions();
    if (positions == null) {
      throw new IllegalArgumentException("a batch without labels of tokens has no token scores");
    }
    long columns = batch.ids().getShape().get(1);
    long[] at = positions.toLongArray();
    int[] texts = new int[at.length];
    for (int i = 0; i < at.length; i++) {
      texts[i] = (int) (at[i] / columns);
    }
    add(logits, batch.labels().toLongArray(), texts);
  }

  /**
   * Adds tokens.
   *
   * @param logits [N,V]
   * @param labels the classes [N]
   * @param texts which text each token is of [N]: tokens of one text stand together
   * @throws IllegalArgumentException when they do not fit each other, or a loss is not a number
   */
  public void add(NDArray logits, long[] labels, int[] texts) {
    if (logits.getShape().dimension() != 2
        || logits.getShape().get(0) != labels.length
        || texts.length != labels.length
        || labels.length == 0) {
      throw new IllegalArgumentException("logits " + logits.getShape() + " do not fit labels ("
          + labels.length + ") of texts (" + texts.length + ")");
    }
    long classes = logits.getShape().get(1);
    for (long label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "a label (" + label + ") is no class from 0 to " + (classes - 1));
      }
    }
    float[] loss = new float[labels.length];
    boolean[] hit = new boolean[labels.length];
    int rows = (int) Math.max(1, AT_ONCE / classes);
    for (int from = 0; from < labels.length; from += rows) {
      chunk(logits, labels, from, Math.min(labels.length, from + rows), loss, hit);
    }
    int start = 0;
    for (int i = 1; i <= labels.length; i++) {
      if (i == labels.length || texts[i] != texts[start]) {
        addText(loss, hit, start, i);
        start = i;
      }
    }
  }

  private static void chunk(
      NDArray logits, long[] labels, int from, int to, float[] loss, boolean[] hit) {
    try (NDManager manager = logits.getManager().newSubManager()) {
      NDArray part = logits.get(manager, new NDIndex("{}:{}", from, to));
      part.attach(manager);
      NDArray label = manager.create(Arrays.copyOfRange(labels, from, to)).expandDims(1);
      float[] own = part.logSoftmax(1).gather(label, 1).toFloatArray();
      long[] best = part.argMax(1).toType(DataType.INT64, false).toLongArray();
      for (int i = 0; i < own.length; i++) {
        if (Float.isNaN(own[i])) {
          throw new IllegalArgumentException("the logits of token " + (from + i)
              + " of the batch are no numbers (" + own[i] + ")");
        }
        loss[from + i] = -own[i];
        hit[from + i] = best[i] == labels[from + i];
      }
    }
  }

  private void addText(float[] loss, boolean[] hit, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      sum += loss[i];
      count += hit[i] ? 1 : 0;
    }
    losses.add(sum, to - from);
    right.add(count, to - from);
  }

  /** How many tokens were counted. */
  public long tokens() {
    return (long) losses.tokens;
  }

  /** The mean loss of a token, its negative log-likelihood, in nats. */
  public double loss() {
    return checked(losses).mean();
  }

  /**
   * e to the mean loss of a token; its standard error is that of the mean times the perplexity.
   *
   * @throws IllegalStateException before any token was added
   */
  public Score perplexity() {
    double value = Math.exp(loss());
    OptionalDouble error = losses.error();
    return new Score(
        Metric.PERPLEXITY,
        value,
        error.isPresent() ? OptionalDouble.of(value * error.getAsDouble()) : error,
        examples());
  }

  /**
   * The share of tokens whose largest logit is that of the label.
   *
   * @throws IllegalStateException before any token was added
   */
  public Score accuracy() {
    return new Score(Metric.TOKEN_ACCURACY, checked(right).mean(), right.error(), examples());
  }

  /** The number of texts. */
  private int examples() {
    return Math.toIntExact(losses.texts);
  }

  private static Sums checked(Sums sums) {
    if (sums.texts == 0) {
      throw new IllegalStateException("no token was added (0)");
    }
    return sums;
  }
}
