package dev.retort.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Naive Bayes on which words a text has: the floor that a network should be above.
 *
 * <p>The multinomial model on binary counts, "binary NB" (Jurafsky and Martin, Speech and Language
 * Processing, ch. 4), with Laplace smoothing 1: a word counts once a text, whatever its number.
 */
public final class NaiveBayes {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}']+|[^\\s\\p{L}\\p{N}]");

  private final double[] priors;
  private final Map<String, double[]> logs;

  private NaiveBayes(double[] priors, Map<String, double[]> logs) {
    this.priors = priors;
    this.logs = logs;
  }

  /**
   * Counts the words of texts.
   *
   * @param texts texts or pairs (taken as one text), each with a class
   * @param classes number of classes
   */
  public static NaiveBayes train(List<LabeledText> texts, int classes) {
    Map<String, double[]> counts = new HashMap<>();
    double[] totals = new double[classes];
    double[] sizes = new double[classes];
    for (LabeledText text : texts) {
      int label = label(text, classes);
      sizes[label]++;
      for (String word : words(text)) {
        counts.computeIfAbsent(word, any -> new double[classes])[label]++;
        totals[label]++;
      }
    }
    int words = counts.size();
    for (double[] each : counts.values()) {
      for (int c = 0; c < classes; c++) {
        each[c] = Math.log((each[c] + 1) / (totals[c] + words));
      }
    }
    double[] priors = Arrays.stream(sizes)
        .map(size -> Math.log((size + 1) / (texts.size() + classes)))
        .toArray();
    return new NaiveBayes(priors, counts);
  }

  /** The likeliest class of a text or pair; words never seen in training are left out. */
  public int classify(LabeledText text) {
    double[] scores = priors.clone();
    for (String word : words(text)) {
      double[] log = logs.get(word);
      if (log != null) {
        for (int c = 0; c < scores.length; c++) {
          scores[c] += log[c];
        }
      }
    }
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }

  /** The share of texts, one or more, whose class it finds. */
  public double accuracy(List<LabeledText> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("an accuracy needs one text or more (0)");
    }
    long right = texts.stream().filter(each -> classify(each) == label(each)).count();
    return (double) right / texts.size();
  }

  private static int label(LabeledText text, int classes) {
    int label = label(text);
    if (label >= classes) {
      throw new IllegalArgumentException(
          "label (" + label + ") must be below the number of classes (" + classes + ")");
    }
    return label;
  }

  private static int label(LabeledText text) {
    if (!(text.label() >= 0)) {
      throw new IllegalArgumentException("a text has no class (" + text.label() + ")");
    }
    return (int) text.label();
  }

  /** The words in the order of their first occurrence, so that sums have one order. */
  private static Set<String> words(LabeledText text) {
    String all = text.second() == null ? text.first() : text.first() + "\n" + text.second();
    Set<String> words = new LinkedHashSet<>();
    Matcher matcher = WORD.matcher(all.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }
}
