package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RougeLTest {
  private static final RougeL ROUGE = new RougeL();

  /** The example of the paper, its section 3.1: 0.75 and 0.5. */
  @Test
  void thePapersExampleHasThePapersValues() {
    String reference = "police killed the gunman";
    assertThat(ROUGE.of("police kill the gunman", reference)).isEqualTo(0.75);
    assertThat(ROUGE.of("the gunman kill police", reference)).isEqualTo(0.5);
    assertThat(ROUGE.of("the gunman police killed", reference)).isEqualTo(0.5);
  }

  @Test
  void precisionAndRecallAreWeighedByBeta() {
    String text = "a b c d e f";
    String reference = "a x c y";
    assertThat(ROUGE.of(text, reference)).isCloseTo(2 * (2 / 6.0) * 0.5 / (5 / 6.0), within(1e-12));
    double p = 2 / 6.0;
    double r = 0.5;
    assertThat(new RougeL(2).of(text, reference)).isCloseTo(5 * p * r / (r + 4 * p), within(1e-12));
    assertThatIllegalArgumentException().isThrownBy(() -> new RougeL(0));
  }

  /** As rouge_score's tokenizer: lower case, runs of a-z and 0-9. */
  @Test
  void wordsAreRunsOfLettersAndDigits() {
    assertThat(ROUGE.of("It's THE end-2!", "it s the end 2")).isEqualTo(1);
    assertThat(ROUGE.of("caf\u00e9", "caf")).isEqualTo(1);
    assertThat(ROUGE.of("", "a")).isZero();
    assertThat(ROUGE.of("a", "\u65e5\u672c")).isZero();
  }

  @Test
  void theLongestCommonSequenceIsThatOfSearchingAll() {
    long seed = 5;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> a = words(random);
      List<String> b = words(random);
      double value = ROUGE.of(String.join(" ", a), String.join(" ", b));
      double common = common(a, b, 0, 0);
      assertThat(value)
          .as("seed %d: %s and %s", seed, a, b)
          .isCloseTo(2 * common / (a.size() + b.size()), within(1e-12));
    }
  }

  private static List<String> words(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(7); i >= 0; i--) {
      words.add(String.valueOf((char) ('a' + random.nextInt(3))));
    }
    return words;
  }

  private static int common(List<String> a, List<String> b, int i, int j) {
    if (i == a.size() || j == b.size()) {
      return 0;
    }
    int skipped = Math.max(common(a, b, i + 1, j), common(a, b, i, j + 1));
    return a.get(i).equals(b.get(j)) ? Math.max(skipped, 1 + common(a, b, i + 1, j + 1)) : skipped;
  }

  @Test
  void aScoreIsTheMeanOverTexts() {
    Score score = ROUGE.of(List.of("a b", "a"), List.of("a b", "b"));
    assertThat(score.value()).isEqualTo(0.5);
    assertThat(score.standardError()).hasValueCloseTo(0.5, within(1e-12));
    assertThat(score.examples()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> ROUGE.of(List.of(), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> ROUGE.of(List.of("a"), List.of()));
  }
}
