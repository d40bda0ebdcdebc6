package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EvaluationTest {
  private static SearchOptions.Builder all() {
    return SearchOptions.builder().method(SearchOptions.Method.EXHAUSTIVE);
  }

  private static SearchResult run(Evaluator evaluator, SearchOptions options, SearchLog log)
      throws InterruptedException {
    return Spaces.run(Spaces.small(), Spaces.NO_BOUND, evaluator, options, log);
  }

  /** A candidate fails in a way that its layers choose. */
  private static ImmutableMap<String, Double> failing(Candidate candidate) {
    switch (candidate.architecture().layers()) {
      case 2 -> throw new IllegalStateException("broken");
      case 3 -> throw new OutOfMemoryError("arrays of 3 GiB");
      case 4 -> {
        return ImmutableMap.of("distillation-loss", Double.NaN);
      }
      case 5 -> throw new UserException(UserException.Kind.RESOURCE, "The device is full");
      case 6 -> throw new StackOverflowError();
      default -> {
        return Spaces.loss(candidate);
      }
    }
  }

  @Test
  void aFailureIsRecordedAndTheSearchGoesOn() throws Exception {
    for (int workers : new int[] {1, 4}) {
      try (SearchLog log = SearchLog.inMemory()) {
        SearchResult result =
            run(EvaluationTest::failing, all().workers(workers).build(), log);
        assertThat(result.evaluated()).hasSize(60);
        assertThat(log.scored()).hasSize(60);
        for (Scored scored : result.evaluated()) {
          Scored.Status expected =
              switch (scored.candidate().architecture().layers()) {
                case 2, 3, 5, 6 -> Scored.Status.FAILED;
                case 4 -> Scored.Status.NON_FINITE;
                default -> Scored.Status.OK;
              };
          assertThat(scored.status()).as(scored.key()).isEqualTo(expected);
        }
        assertThat(result.evaluated().stream().map(Scored::why).distinct())
            .containsExactlyInAnyOrder(
                null,
                "java.lang.IllegalStateException: broken",
                "java.lang.OutOfMemoryError: arrays of 3 GiB",
                "distillation-loss is NaN",
                "The device is full",
                "java.lang.StackOverflowError");
        assertThat(result
                .best(Spaces.NO_BOUND)
                .orElseThrow()
                .candidate()
                .architecture()
                .layers())
            .isGreaterThan(6);
        assertThat(result.front()).isNotEmpty().allMatch(Scored::ok);
      }
    }
  }

  @Test
  void evolutionGoesRoundFailures() throws Exception {
    for (ImmutableList<String> objectives : List.of(
        ImmutableList.of("distillation-loss"), ImmutableList.of("distillation-loss", "flops"))) {
      SearchOptions options = SearchOptions.builder()
          .exhaustiveLimit(0)
          .population(8)
          .generations(6)
          .objectives(objectives)
          .build();
      SearchResult result = run(EvaluationTest::failing, options, SearchLog.inMemory());
      assertThat(result.count(Scored.Status.FAILED)).isPositive();
      assertThat(result.count(Scored.Status.OK)).isPositive();
    }
  }

  @Test
  void aSearchInWhichEverythingFailsEndsWithoutABest() throws Exception {
    SearchOptions options =
        SearchOptions.builder().exhaustiveLimit(0).population(8).generations(3).build();
    SearchResult result = run(
        candidate -> {
          throw new IllegalStateException("always");
        },
        options,
        SearchLog.inMemory());
    assertThat(result.best(Spaces.NO_BOUND)).isEmpty();
    assertThat(result.front()).isEmpty();
    assertThat(result.count(Scored.Status.FAILED)).isEqualTo(result.evaluated().size());
  }

  @Test
  void whatEveryCandidateWouldMeetEndsTheSearchAndLeavesWhatWasRecorded() {
    for (Throwable fatal : List.of(
        new UserException(UserException.Kind.INPUT, "held-out data are gone"),
        new AssertionError("a bug"))) {
      SearchLog log = SearchLog.inMemory();
      AtomicInteger calls = new AtomicInteger();
      assertThatThrownBy(() -> run(
              candidate -> {
                if (calls.incrementAndGet() > 5) {
                  if (fatal instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) fatal;
                }
                return Spaces.loss(candidate);
              },
              all().build(),
              log))
          .isSameAs(fatal);
      assertThat(log.scored()).hasSize(5);
    }
  }

  @Test
  void aCandidateThatHangsIsRecordedAndTheSearchGoesOn() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Set<String> interrupted = ConcurrentHashMap.newKeySet();
    Evaluator evaluator = candidate -> {
      if (candidate.architecture().layers() == 8
          && candidate.architecture().integer("hidden") == 80) {
        try {
          never.await();
        } catch (InterruptedException e) {
          interrupted.add(candidate.key());
          throw e;
        }
      }
      return Spaces.loss(candidate);
    };
    SearchOptions options = all().workers(2).timeout(Duration.ofMillis(200)).build();
    SearchResult result = run(evaluator, options, SearchLog.inMemory());
    assertThat(result.evaluated()).hasSize(60);
    List<Scored> failed =
        result.evaluated().stream().filter(scored -> !scored.ok()).toList();
    assertThat(failed).hasSize(3).allSatisfy(scored -> {
      assertThat(scored.status()).isEqualTo(Scored.Status.FAILED);
      assertThat(scored.why()).contains("0.2 s").contains("search.method.timeout");
    });
    assertThat(failed.stream().map(Scored::key)).containsAll(interrupted);
  }

  @Test
  void anInterruptEndsTheSearchAndItsEvaluations() throws Exception {
    for (SearchOptions.Builder options :
        List.of(all(), SearchOptions.builder().exhaustiveLimit(0).population(8))) {
      SearchLog log = SearchLog.inMemory();
      Thread searching = Thread.currentThread();
      AtomicInteger calls = new AtomicInteger();
      AtomicInteger interrupted = new AtomicInteger();
      CountDownLatch never = new CountDownLatch(1);
      assertThatThrownBy(() -> run(
              candidate -> {
                int call = calls.incrementAndGet();
                if (call <= 4) {
                  return Spaces.loss(candidate);
                }
                if (call == 6) {
                  searching.interrupt();
                }
                try {
                  never.await();
                } catch (InterruptedException e) {
                  interrupted.incrementAndGet();
                  throw e;
                }
                return Spaces.loss(candidate);
              },
              options.workers(2).build(),
              log))
          .isInstanceOf(InterruptedException.class);
      assertThat(interrupted).hasValue(2);
      assertThat(log.scored()).hasSizeBetween(1, 4);
    }
  }

  @Test
  void atMostAsManyAsWorkersAreScoredAtOnce() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    run(
        candidate -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.yield();
          running.decrementAndGet();
          return Spaces.loss(candidate);
        },
        all().workers(3).build(),
        SearchLog.inMemory());
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void theBoundOnEvaluationsHolds() throws Exception {
    SearchOptions options = SearchOptions.builder()
        .exhaustiveLimit(0)
        .population(8)
        .maxEvaluations(21)
        .build();
    assertThat(run(Spaces::loss, options, SearchLog.inMemory()).evaluated()).hasSize(21);
  }

  @Test
  void aScoreMayNotBeNamedLikeACost() {
    assertThatThrownBy(() -> run(
            candidate -> ImmutableMap.of("distillation-loss", 1.0, "flops", 2.0),
            all().build(),
            SearchLog.inMemory()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(flops)");
  }
}
