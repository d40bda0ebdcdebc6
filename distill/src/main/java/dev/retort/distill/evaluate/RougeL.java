package dev.retort.distill.evaluate;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import dev.retort.data.Metric;
import java.util.List;
import java.util.Locale;

/**
 * ROUGE-L (Lin, ACL Workshop 2004): the longest sequence of words that a text and a reference have
 * in common, not always side by side, over the words of the text (precision P) and of the reference
 * (recall R), as F = (1 + beta²) P R / (R + beta² P).
 *
 * <p>Words are runs of the letters a to z and digits in lower case, not stemmed, as Google's
 * rouge_score takes them; other scripts have no words, and a text or reference without words has 0.
 *
 * @param beta how much more recall counts than precision; 1 in rouge_score and in most papers
 */
public record RougeL(double beta) {
  private static final Splitter WORDS = Splitter.on(
          CharMatcher.inRange('a', 'z').or(CharMatcher.inRange('0', '9')).negate())
      .omitEmptyStrings();

  /** Checks beta. */
  public RougeL {
    if (!(beta > 0 && Double.isFinite(beta))) {
      throw new IllegalArgumentException("rouge-l needs a beta above 0, not (" + beta + ")");
    }
  }

  /** With beta 1. */
  public RougeL() {
    this(1);
  }

  /**
   * The mean over texts, and its standard error: the deviation over sqrt(N).
   *
   * @param texts what was written, one or more
   * @param references what should have been written, as many
   */
  public Score of(List<String> texts, List<String> references) {
    if (texts.isEmpty() || texts.size() != references.size()) {
      throw new IllegalArgumentException("rouge-l needs as many texts as references, at least 1,"
          + " not (" + texts.size() + ") and (" + references.size() + ")");
    }
    double[] values = new double[texts.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(texts.get(i), references.get(i));
    }
    return Rows.mean(Metric.ROUGE_L, values);
  }

  /** The value of one text, 0 to 1. */
  public double of(String text, String reference) {
    List<String> own = words(text);
    List<String> real = words(reference);
    int common = common(own, real);
    if (common == 0) {
      return 0;
    }
    double precision = (double) common / own.size();
    double recall = (double) common / real.size();
    double square = beta * beta;
    return (1 + square) * precision * recall / (recall + square * precision);
  }

  private static List<String> words(String text) {
    return WORDS.splitToList(text.toLowerCase(Locale.ROOT));
  }

  /** The length of the longest common subsequence, a row of the table at a time. */
  private static int common(List<String> a, List<String> b) {
    int[] above = new int[b.size() + 1];
    int[] row = new int[b.size() + 1];
    for (String word : a) {
      for (int i = 1; i < row.length; i++) {
        row[i] = word.equals(b.get(i - 1)) ? above[i - 1] + 1 : Math.max(above[i], row[i - 1]);
      }
      int[] full = row;
      row = above;
      above = full;
    }
    return above[b.size()];
  }
}
