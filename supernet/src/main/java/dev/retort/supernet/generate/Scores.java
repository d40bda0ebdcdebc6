package dev.retort.supernet.generate;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What becomes of logits before a token is chosen, as in Hugging Face's {@code generate}: its
 * repetition penalty (Keskar et al., CTRL, 2019), temperature, top-k (Fan et al., ACL 2018) and
 * top-p (Holtzman et al., ICLR 2020). V words.
 */
final class Scores {
  private Scores() {}

  /** Logits [V] as numbers of their own, those of known tokens penalised. */
  static double[] penalised(double[] scores, BitSet known, double penalty) {
    if (penalty == 1) {
      return scores;
    }
    double[] penalised = scores.clone();
    known.stream()
        .filter(token -> token < scores.length)
        .forEach(token -> penalised[token] =
            scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty);
    return penalised;
  }

  static double[] of(float[] logits) {
    double[] scores = new double[logits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = logits[i];
    }
    return scores;
  }

  /** The place of the greatest number, the first of them. */
  static int greatest(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    if (!Double.isFinite(scores[best])) {
      throw new IllegalStateException(
          "The logits of a token are not finite (" + scores[best] + ")");
    }
    return best;
  }

  /** Logarithms of the probabilities that scores stand for. */
  static double[] logProbabilities(double[] scores) {
    double most = scores[greatest(scores)];
    double sum = 0;
    for (double each : scores) {
      sum += Math.exp(each - most);
    }
    double all = most + Math.log(sum);
    return Arrays.stream(scores).map(each -> each - all).toArray();
  }

  /** The probabilities that a token is drawn with. */
  static double[] probabilities(double[] penalised, GenerationOptions options) {
    double[] scores =
        Arrays.stream(penalised).map(each -> each / options.temperature()).toArray();
    if (options.topK() > 0 && options.topK() < scores.length) {
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      double least = sorted[sorted.length - options.topK()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scores[i] < least ? Double.NEGATIVE_INFINITY : scores[i];
      }
    }
    double[] probabilities =
        Arrays.stream(logProbabilities(scores)).map(Math::exp).toArray();
    if (options.topP() < 1) {
      keepShare(probabilities, options.topP());
    }
    return probabilities;
  }

  /** Keeps the likeliest that reach a share, at least one, and brings their sum to 1. */
  private static void keepShare(double[] probabilities, double share) {
    double[] sorted = probabilities.clone();
    Arrays.sort(sorted);
    int dropped = 0;
    double sum = sorted[0];
    while (dropped < sorted.length - 1 && sum <= 1 - share) {
      dropped++;
      sum += sorted[dropped];
    }
    double least = sorted[dropped];
    int equal = dropped;
    for (int i = 0; i < dropped; i++) {
      equal -= sorted[i] < least ? 1 : 0;
    }
    double kept = 0;
    for (int i = 0; i < probabilities.length; i++) {
      // Of those as likely as the least that is kept, the first are dropped.
      boolean drop = probabilities[i] < least || (probabilities[i] == least && equal-- > 0);
      probabilities[i] = drop ? 0 : probabilities[i];
      kept += probabilities[i];
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= kept;
    }
  }

  /**
   * The token at a point of the probabilities laid end to end.
   *
   * @param point from 0 to below 1
   */
  static int at(double point, double[] probabilities) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > 0) {
        sum += probabilities[i];
        last = i;
        if (point < sum) {
          return i;
        }
      }
    }
    return last;
  }
}
