package dev.retort.data;

import java.util.Arrays;

/**
 * Naive Bayes on which pieces an example has: the floor that a network should be above.
 *
 * <p>The multinomial model on binary counts, "binary NB" (Jurafsky and Martin, Speech and Language
 * Processing, ch. 4), with Laplace smoothing 1: a piece counts once an example, however often it
 * stands there. It sees what a network sees, no more: the same pieces, cut at the same length.
 */
public final class NaiveBayes {
  private final double[] priors;
  private final double[][] logs;

  private NaiveBayes(double[] priors, double[][] logs) {
    this.priors = priors;
    this.logs = logs;
  }

  /**
   * Counts the pieces of examples.
   *
   * @param dataset one example or more, each with a class
   * @param classes number of classes
   */
  public static NaiveBayes train(Dataset<Example> dataset, int classes) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("training needs one example or more (0)");
    }
    double[][] counts = new double[0][];
    double[] sizes = new double[classes];
    double[] totals = new double[classes];
    for (int i = 0; i < dataset.size(); i++) {
      int label = label(dataset, i, classes);
      sizes[label]++;
      for (int piece : pieces(dataset, i)) {
        counts = piece < counts.length ? counts : grown(counts, piece, classes);
        counts[piece][label]++;
        totals[label]++;
      }
    }
    return new NaiveBayes(priors(sizes, dataset.size()), logs(counts, totals));
  }

  /** The likeliest class of an example; pieces never seen in training are left out. */
  public int classify(Dataset<Example> dataset, int index) {
    double[] scores = priors.clone();
    for (int piece : pieces(dataset, index)) {
      if (piece < logs.length) {
        for (int c = 0; c < scores.length; c++) {
          scores[c] += logs[piece][c];
        }
      }
    }
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }

  /** The share of examples, one or more, whose class it finds. */
  public double accuracy(Dataset<Example> dataset) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("an accuracy needs one example or more (0)");
    }
    int right = 0;
    for (int i = 0; i < dataset.size(); i++) {
      right += classify(dataset, i) == label(dataset, i, priors.length) ? 1 : 0;
    }
    return (double) right / dataset.size();
  }

  private static double[] priors(double[] sizes, int all) {
    return Arrays.stream(sizes)
        .map(size -> Math.log((size + 1) / (all + sizes.length)))
        .toArray();
  }

  /** Logarithms of smoothed shares; zeros, which change nothing, for pieces never seen. */
  private static double[][] logs(double[][] counts, double[] totals) {
    long seen = Arrays.stream(counts).filter(NaiveBayes::anyCounted).count();
    double[][] logs = new double[counts.length][totals.length];
    for (int piece = 0; piece < counts.length; piece++) {
      if (anyCounted(counts[piece])) {
        for (int c = 0; c < totals.length; c++) {
          logs[piece][c] = Math.log((counts[piece][c] + 1) / (totals[c] + seen));
        }
      }
    }
    return logs;
  }

  private static boolean anyCounted(double[] counts) {
    return Arrays.stream(counts).anyMatch(each -> each > 0);
  }

  private static double[][] grown(double[][] counts, int piece, int classes) {
    double[][] more = Arrays.copyOf(counts, Math.max(piece + 1, counts.length * 2));
    for (int i = counts.length; i < more.length; i++) {
      more[i] = new double[classes];
    }
    return more;
  }

  private static int[] pieces(Dataset<Example> dataset, int index) {
    return Arrays.stream(dataset.get(index).ids()).distinct().toArray();
  }

  private static int label(Dataset<Example> dataset, int index, int classes) {
    float label = dataset.label(index);
    if (!(label >= 0 && label < classes)) {
      throw new IllegalArgumentException(
          "the label (" + label + ") of example " + index + " is no class below " + classes);
    }
    return (int) label;
  }
}
