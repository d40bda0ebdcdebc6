package dev.retort.search;

import com.google.common.collect.ImmutableList;
import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Random search without replacement, uniform over what meets the budget (Li and Talwalkar, UAI
 * 2019: the baseline that a search has to beat).
 */
final class RandomDraws {
  private static final long DRAWS_A_SAMPLE = 256;

  private RandomDraws() {}

  /** The candidates to score, in the order of their drawing. */
  static ImmutableList<Candidate> draw(
      Survey survey, Admission admission, SearchOptions options, SearchListener listener) {
    RandomStreams streams = new RandomStreams(options.seed());
    return survey.all() != null
        ? shuffled(survey.all(), streams.at("search.shuffle", 0), options.samples())
        : rejected(survey, admission, streams, options.samples(), listener);
  }

  private static ImmutableList<Candidate> shuffled(
      List<Candidate> all, RandomGenerator random, int samples) {
    List<Candidate> order = new ArrayList<>(all);
    int drawn = Math.min(samples, order.size());
    for (int i = 0; i < drawn; i++) {
      int j = i + random.nextInt(order.size() - i);
      Candidate swapped = order.get(i);
      order.set(i, order.get(j));
      order.set(j, swapped);
    }
    return ImmutableList.copyOf(order.subList(0, drawn));
  }

  /** Draws from the whole space and leaves out what exceeds the budget: slow, but uniform. */
  private static ImmutableList<Candidate> rejected(
      Survey survey,
      Admission admission,
      RandomStreams streams,
      int samples,
      SearchListener listener) {
    double[] ends = new double[survey.open().size()];
    double total = 0;
    for (int i = 0; i < ends.length; i++) {
      total += survey.open().get(i).space().count().doubleValue();
      ends[i] = total;
    }
    Map<String, Candidate> drawn = new LinkedHashMap<>();
    long draws = 0;
    while (drawn.size() < samples && draws < DRAWS_A_SAMPLE * samples) {
      RandomGenerator random = streams.at("search.draw", draws++);
      SubSpace subSpace = survey.open().get(index(ends, random.nextDouble() * total));
      Candidate candidate = admission.candidate(subSpace, subSpace.space().sample(random));
      if (admission.admits(candidate)) {
        drawn.putIfAbsent(candidate.key(), candidate);
      }
    }
    if (drawn.size() < samples) {
      listener.note("Random search found " + drawn.size() + " candidates within the budget in "
          + draws + " draws, not " + samples + ". Evolution goes straight to such ones.");
      survey.anchors().forEach(anchor -> drawn.putIfAbsent(anchor.key(), anchor));
    }
    return drawn.values().stream().limit(samples).collect(ImmutableList.toImmutableList());
  }

  private static int index(double[] ends, double point) {
    for (int i = 0; i < ends.length - 1; i++) {
      if (point < ends[i]) {
        return i;
      }
    }
    return ends.length - 1;
  }
}
