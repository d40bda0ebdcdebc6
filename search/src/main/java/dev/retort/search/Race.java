package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One candidate's race against one rival whose blocks are all known. What is compared on a block is
 * its share of the whole score: value x weight x blocks / sum of weights, whose mean over all
 * blocks is the score.
 */
final class Race implements BlockEvaluator.Judge {
  private final String score;
  private final double[] limits;
  private final double[] shares;
  private final @Nullable Scored rival;
  private final List<Double> blocks = new ArrayList<>();
  private final List<Double> differences = new ArrayList<>();

  /**
   * Begins a race.
   *
   * @param score the raced score
   * @param limits of {@link Racing#limits}
   * @param shares of {@link #shares}
   * @param rival whom it must not be worse than; null: it runs to the end
   */
  Race(String score, double[] limits, double[] shares, @Nullable Scored rival) {
    this.score = score;
    this.limits = limits;
    this.shares = shares;
    this.rival = rival;
  }

  /** The weights with a mean of 1. */
  static double[] shares(double[] weights) {
    double all = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(each -> each * weights.length / all).toArray();
  }

  @Override
  public boolean goesOn(ImmutableMap<String, Double> block) {
    int n = blocks.size();
    Double value = block.get(score);
    if (value == null) {
      throw new IllegalArgumentException(
          "A block without the score that is raced (" + score + "), but " + block.keySet());
    }
    blocks.add(value);
    if (rival == null || rival.course() == null) {
      return true;
    }
    differences.add(shares[n] * (value - rival.course().blocks().get(n)));
    return !worse();
  }

  private boolean worse() {
    int n = differences.size();
    double limit = limits[n];
    if (Double.isInfinite(limit)) {
      return false;
    }
    double mean = mean();
    double squares =
        differences.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    // What is not a number is not above anything, and goes on to be found out.
    return mean > limit * Math.sqrt(squares / (n - 1));
  }

  private double mean() {
    return differences.stream().mapToDouble(each -> each).sum() / differences.size();
  }

  /**
   * The score of a candidate that was dropped: the rival's and the mean difference so far, which is
   * far nearer to it than the mean of its own blocks.
   */
  ImmutableMap<String, Double> estimate() {
    double theirs = rival == null ? 0 : rival.scores().getOrDefault(score, Double.NaN);
    return ImmutableMap.of(score, theirs + mean());
  }

  /** What became of the candidate, with how it raced. */
  Scored result(Scored scored) {
    boolean whole = blocks.size() == shares.length;
    String key = whole || rival == null ? null : rival.key();
    Course course = new Course(ImmutableList.copyOf(blocks), shares.length, key);
    if (whole) {
      return new Scored(scored.candidate(), scored.scores(), scored.status(), scored.why(), course);
    }
    String why = "dropped after " + blocks.size() + " of " + shares.length + " blocks for " + key
        + "; its score is an estimate";
    return new Scored(scored.candidate(), scored.scores(), Scored.Status.DROPPED, why, course);
  }
}
