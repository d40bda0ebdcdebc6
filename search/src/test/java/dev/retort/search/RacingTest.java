package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Cost;
import dev.retort.space.Metric;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RacingTest {
  private static final Racing RACING = new Racing(0.99, 3, 1);
  private static final int BLOCKS = 16;

  /**
   * Losses as held-out texts give them: a landscape, what is hard about a block, the same for all,
   * and noise of each candidate on each block. The score is the mean of the blocks.
   */
  private static final class Noisy implements BlockEvaluator {
    private final long seed;
    private final double noise;
    private final AtomicInteger passes = new AtomicInteger();

    Noisy(long seed, double noise) {
      this.seed = seed;
      this.noise = noise;
    }

    @Override
    public double[] weights() {
      double[] weights = new double[BLOCKS];
      Arrays.fill(weights, 24);
      weights[5] = 9;
      return weights;
    }

    @Override
    public @Nullable ImmutableMap<String, Double> score(Candidate candidate, Judge judge) {
      double base = Spaces.loss(candidate).getOrDefault("distillation-loss", 0.0);
      RandomGenerator own = new RandomStreams(seed).at("noise", candidate.key().hashCode());
      RandomGenerator hard = new RandomStreams(seed).at("hard", 0);
      double[] weights = weights();
      double sum = 0;
      for (double weight : weights) {
        double block = base * (1 + 0.3 * hard.nextGaussian()) + noise * own.nextGaussian();
        passes.incrementAndGet();
        sum += weight * block;
        if (!judge.goesOn(ImmutableMap.of("distillation-loss", block))) {
          return null;
        }
      }
      return ImmutableMap.of("distillation-loss", sum / Arrays.stream(weights).sum());
    }
  }

  private static SearchOptions.Builder exhaustive(long seed) {
    return SearchOptions.builder().method(SearchOptions.Method.EXHAUSTIVE).seed(seed);
  }

  private static SearchResult run(Noisy evaluator, SearchOptions options, SearchLog log)
      throws InterruptedException {
    return Spaces.run(Spaces.small(), Spaces.NO_BOUND, evaluator, options, log);
  }

  private static SearchResult run(Noisy evaluator, SearchOptions options)
      throws InterruptedException {
    try (SearchLog log = SearchLog.inMemory()) {
      return run(evaluator, options, log);
    }
  }

  /** Counts of many searches, with and without races. */
  private static void race(SearchOptions.Builder options, double least) throws Exception {
    int same = 0;
    int searches = 100;
    long with = 0;
    long without = 0;
    for (long seed = 1; seed <= searches; seed++) {
      Noisy raced = new Noisy(seed, 0.05);
      Noisy whole = new Noisy(seed, 0.05);
      Scored one = run(raced, options.seed(seed).racing(RACING).build())
          .best(Spaces.NO_BOUND)
          .orElseThrow();
      Scored other =
          run(whole, options.racing(null).build()).best(Spaces.NO_BOUND).orElseThrow();
      same += one.key().equals(other.key()) ? 1 : 0;
      with += raced.passes.get();
      without += whole.passes.get();
    }
    String found = same + " of " + searches + " choices (seeds 1 to " + searches
        + ") are the same, saved " + (1 - (double) with / without);
    assertThat(same).as(found).isGreaterThanOrEqualTo(searches * 99 / 100);
    assertThat(1 - (double) with / without).as(found).isGreaterThan(least);
  }

  @Test
  void theSameStudentIsChosenForHalfOfThePasses() throws Exception {
    race(exhaustive(0).objectives(List.of("distillation-loss")), 0.5);
  }

  @Test
  void againstCostsTheSameStudentIsChosenToo() throws Exception {
    race(exhaustive(0).objectives(List.of("distillation-loss", "macs")), 0.15);
  }

  @Test
  void aFrontKeepsItsMembers() throws Exception {
    int lost = 0;
    int all = 0;
    for (long seed = 1; seed <= 50; seed++) {
      SearchOptions.Builder options =
          exhaustive(seed).objectives(List.of("distillation-loss", "macs"));
      List<String> raced =
          keys(run(new Noisy(seed, 0.05), options.racing(RACING).build()).front());
      List<String> whole =
          keys(run(new Noisy(seed, 0.05), options.racing(null).build()).front());
      all += whole.size();
      lost += (int) whole.stream().filter(each -> !raced.contains(each)).count();
    }
    assertThat((double) lost / all).as("lost of fronts, seeds 1 to 50").isLessThan(0.01);
  }

  private static List<String> keys(List<Scored> scored) {
    return scored.stream().map(Scored::key).toList();
  }

  @Test
  void theNumberOfWorkersChangesNothing(@TempDir Path folder) throws Exception {
    for (SearchOptions.Method method : SearchOptions.Method.values()) {
      List<byte[]> logs = new ArrayList<>();
      for (int workers : new int[] {1, 4}) {
        Path file = folder.resolve(method + "-" + workers);
        SearchOptions options = SearchOptions.builder()
            .method(method)
            .exhaustiveLimit(method == SearchOptions.Method.EVOLUTION ? 0 : 4096)
            .population(12)
            .generations(5)
            .samples(40)
            .racing(RACING)
            .workers(workers)
            .seed(3)
            .build();
        try (SearchLog log = SearchLog.open(file, "one")) {
          run(new Noisy(3, 0.02), options, log);
        }
        logs.add(Files.readAllBytes(file));
        List<Scored> scored = SearchLog.read(file);
        assertThat(scored).anyMatch(each -> each.status() == Scored.Status.DROPPED);
        assertThat(scored).allMatch(each -> each.course() != null);
      }
      assertThat(logs.get(0)).as(method.key()).isEqualTo(logs.get(1));
    }
  }

  @Test
  void aStoppedSearchGoesOnAsIfNothingHadBeen(@TempDir Path folder) throws Exception {
    SearchOptions options = SearchOptions.builder()
        .exhaustiveLimit(0)
        .population(12)
        .generations(6)
        .racing(RACING)
        .seed(5)
        .build();
    Path whole = folder.resolve("whole");
    try (SearchLog log = SearchLog.open(whole, "one")) {
      run(new Noisy(5, 0.02), options, log);
    }
    byte[] expected = Files.readAllBytes(whole);
    for (int part = 1; part < 8; part++) {
      Path torn = folder.resolve("torn-" + part);
      Files.write(torn, Arrays.copyOf(expected, expected.length * part / 8));
      try (SearchLog log = SearchLog.open(torn, "one")) {
        run(new Noisy(5, 0.02), options, log);
      }
      assertThat(Files.readAllBytes(torn)).as("cut at %d of 8", part).isEqualTo(expected);
    }
  }

  @Test
  void whatWasDroppedForOneBudgetIsScoredForAnother(@TempDir Path folder) throws Exception {
    SearchOptions options =
        exhaustive(7).objectives(List.of("distillation-loss")).racing(RACING).build();
    long[] macs;
    Path file = folder.resolve("log");
    try (SearchLog log = SearchLog.open(file, "one")) {
      SearchResult first = run(new Noisy(7, 0.02), options, log);
      macs = first.evaluated().stream()
          .mapToLong(each -> each.candidate().cost().macs())
          .sorted()
          .toArray();
      var small = Budget.of(Metric.MACS, Bound.parse(Long.toString(macs[macs.length / 4])));
      assertThat(first.unsettled(Spaces.NO_BOUND)).isZero();
      assertThat(first.unsettled(small)).isPositive();
      SearchResult second = Spaces.run(Spaces.small(), small, new Noisy(7, 0.02), options, log);
      Noisy whole = new Noisy(7, 0.02);
      SearchResult other =
          Spaces.run(Spaces.small(), small, whole, exhaustive(7).build(), SearchLog.inMemory());
      assertThat(second.best(small).orElseThrow().key())
          .isEqualTo(other.best(small).orElseThrow().key());
      SearchResult all = SearchResult.of(log.scored().values().asList(), options.objectives());
      assertThat(all.unsettled(small)).isZero();
    }
    byte[] expected = Files.readAllBytes(file);
    // Both searches again, from their log: nothing is scored and nothing written.
    Noisy unused = new Noisy(7, 0.02);
    try (SearchLog log = SearchLog.open(file, "one")) {
      run(unused, options, log);
      Spaces.run(
          Spaces.small(),
          Budget.of(Metric.MACS, Bound.parse(Long.toString(macs[macs.length / 4]))),
          unused,
          options,
          log);
    }
    assertThat(unused.passes.get()).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
  }

  /** Candidates as good as their rival, with normal noise: few may be dropped. */
  @Test
  void anEqualIsKeptWithTheConfidenceAskedFor() {
    double[] shares = Race.shares(new double[] {24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 9});
    int dropped = 0;
    int races = 4000;
    RandomGenerator random = new RandomStreams(11).at("equal", 0);
    double[] limits = new Racing(0.95, 2, 1).limits(shares.length);
    for (int i = 0; i < races; i++) {
      ImmutableList.Builder<Double> theirs = ImmutableList.builder();
      double[] own = new double[shares.length];
      double difference = 0;
      for (int block = 0; block < own.length; block++) {
        double value = random.nextGaussian();
        own[block] = random.nextGaussian();
        difference += shares[block] * (own[block] - value);
        theirs.add(value);
      }
      if (difference > 0) {
        continue; // it is worse, and may be dropped
      }
      Candidate candidate = new Candidate(
          "any", Spaces.small().subSpaces().get(0).space().smallest(), new Cost(1, 1, 2, 4, 4));
      Scored rival = new Scored(
          candidate,
          ImmutableMap.of("distillation-loss", 0.0),
          Scored.Status.OK,
          null,
          new Course(theirs.build(), own.length, null));
      Race race = new Race("distillation-loss", limits, shares, rival);
      for (double each : own) {
        if (!race.goesOn(ImmutableMap.of("distillation-loss", each))) {
          dropped++;
          break;
        }
      }
    }
    assertThat((double) dropped / races).as("dropped, seed 11").isLessThan(0.05);
  }

  @Test
  void equalScoresAreNeverDropped() {
    double[] shares = Race.shares(new double[] {2, 2, 2, 2, 2, 2, 2, 1});
    Candidate candidate = new Candidate(
        "any", Spaces.small().subSpaces().get(0).space().smallest(), new Cost(1, 1, 2, 4, 4));
    Scored rival = new Scored(
        candidate,
        ImmutableMap.of("distillation-loss", 0.3),
        Scored.Status.OK,
        null,
        new Course(ImmutableList.copyOf(Collections.nCopies(8, 0.3)), 8, null));
    Race race = new Race("distillation-loss", RACING.limits(8), shares, rival);
    for (int i = 0; i < 8; i++) {
      assertThat(race.goesOn(ImmutableMap.of("distillation-loss", 0.3))).isTrue();
    }
  }

  @Test
  void whatCannotRaceIsRefused() {
    assertThatThrownBy(() -> new Racing(1, 3, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("search.racing.confidence");
    assertThatThrownBy(() -> new Racing(0.9, 1, 1)).hasMessageContaining("search.racing.first");
    assertThatThrownBy(() -> Spaces.run(
            Spaces.small(),
            Spaces.NO_BOUND,
            Spaces::loss,
            exhaustive(1).racing(RACING).build(),
            SearchLog.inMemory()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("evaluator of blocks");
    assertThatThrownBy(() -> run(
            new Noisy(1, 0),
            exhaustive(1).objectives(List.of("macs")).racing(RACING).build()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("one score");
  }
}
