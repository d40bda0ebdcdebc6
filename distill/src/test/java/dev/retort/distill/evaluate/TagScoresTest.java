package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entities against those that seqeval's rules find, and F1 against counts by hand. */
class TagScoresTest {
  private static List<String> tags(String text) {
    return text.isEmpty() ? List.of() : Splitter.on(' ').splitToList(text);
  }

  /** The right side is what the rules of {@code seqeval.metrics.get_entities} give in Python. */
  @ParameterizedTest
  @CsvSource({
    "B-PER I-PER O B-LOC, PER 0-1 LOC 3-3",
    "I-PER I-PER O, PER 0-1",
    "B-PER B-PER, PER 0-0 PER 1-1",
    "B-PER I-LOC I-LOC, PER 0-0 LOC 1-2",
    "O I-LOC B-LOC I-LOC O O, LOC 1-1 LOC 2-3",
    "B-A-B I-A-B, A-B 0-1",
    "O O, ''",
    "S-PER E-PER I-PER, PER 0-0 PER 1-1 PER 2-2",
    "B-PER E-PER I-PER O, PER 0-1 PER 2-2",
  })
  void entitiesAreThoseOfTheReference(String given, String expected) {
    StringBuilder found = new StringBuilder();
    for (Entities.Entity each : Entities.of(tags(given))) {
      found
          .append(found.isEmpty() ? "" : " ")
          .append(each.type() + " " + each.from() + "-" + each.to());
    }
    assertThat(found.toString()).isEqualTo(expected);
  }

  /**
   * By hand: real PER 0-1, LOC 3-3 and LOC 0-0; found PER 0-0, LOC 3-3, LOC 0-0 and PER 2-2: two
   * are right of four found and three real.
   */
  @Test
  void f1IsOverAllTextsTogether() {
    TagScores scores = new TagScores(ImmutableList.of("O"));
    scores.add(tags("B-PER O O B-LOC"), tags("B-PER I-PER O B-LOC"));
    scores.add(tags("B-LOC O B-PER"), tags("B-LOC O O"));
    Score score = scores.entityF1();
    assertThat(score.metric()).isEqualTo(Metric.ENTITY_F1);
    assertThat(score.value()).isCloseTo(2.0 * 2 / (4 + 3), within(1e-12));
    assertThat(score.examples()).isEqualTo(2);
    assertThat(score.standardError()).isEmpty();
  }

  @Test
  void withoutEntitiesItIsZero() {
    TagScores scores = new TagScores(ImmutableList.of("O"));
    assertThatThrownBy(scores::entityF1).isInstanceOf(IllegalStateException.class);
    scores.add(tags("O O"), tags("O O"));
    assertThat(scores.entityF1().value()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"O B-PER I-PER, true", "O, false", "NOUN VERB, false", "O B-PER X, false"})
  void tagsOfEntitiesAreTold(String classes, boolean entities) {
    assertThat(TagScores.ofEntities(tags(classes))).isEqualTo(entities);
  }
}
