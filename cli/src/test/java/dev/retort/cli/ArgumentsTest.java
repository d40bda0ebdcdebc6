package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Odd arguments: one line that says what to do, and the documented exit code. */
class ArgumentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serch runs/a | no verb (serch); did you mean search?",
        "frobnicate | no verb (frobnicate).",
        "cost | missing required parameter: 'ARCHITECTURE'",
        "cost a b | no further argument is taken: (b)",
        "cost --jsn bert-base | no option (--jsn); did you mean --json?",
        "cost bert-base --batch x | invalid value for option '--batch': 'x' is not an int",
        "cost bert-base --batch 0 | --batch, --sequence and --cached: An input needs a positive"
            + " batch and sequence, and no fewer than 0 cached tokens, not 0 x 128 after 0",
        "cost bert-bas | No model or family (bert-bas); the nearest names are [bert-base,",
        "cost bert:layers=2 | bert:layers=2: ",
        "cost bert:layers=2,hidden=nan,heads=2,ratio=4 | bert:layers=2,hidden=nan",
        "cost bert-base --accounting exakt | --accounting: No accounting (exakt)",
        "cost bert-base --by layer | --by: allowed is operation, not (layer)",
        "cost bert-base --json --json | '--json'",
        "spaces --preset x | --preset: No preset (x); there are [autodistil,",
        "spaces r.yaml --preset autodistil | a recipe and --preset are given",
        "spaces --list -1 | --list: must be at least 1, not (-1)",
        "completion fish | SHELL: allowed are bash and zsh, not (fish)",
        "evaluate x --data y | neither --task nor --labels is given",
        "evaluate x --task sst-3 --data y | task: 'sst-3' is no GLUE task",
        "export a b --to onnx | --to: no form (onnx); there are hugging-face",
        "evaluate x --task sst-2 --data y --batch 0 | --batch: must be at least 1, not (0)",
        "objectives chek x | no verb (chek); did you mean check?",
        "search | missing required parameter: 'RUN'"
      })
  void wrongUsageIsTwo(String arguments, String message) {
    Outcome outcome = Outcome.of(arguments.split(" "));
    assertThat(outcome.err()).startsWith("retort: ").contains(message).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "validate nowhere.yaml | No recipe nowhere.yaml in ",
        "run nowhere.yaml | No recipe nowhere.yaml in ",
        "resume nowhere | nowhere: holds no run",
        "report nowhere | nowhere: holds no run",
        "search nowhere --flops 1G | nowhere: holds no run",
        "evaluate nowhere --task sst-2 --data x.tsv | nowhere: there is no such folder",
        "forward nowhere --input x.json | nowhere: there is no such folder",
        "export nowhere there --to hugging-face | nowhere: there is no such folder",
        "objectives check nowhere.json | nowhere.json: cannot be read"
      })
  void missingInputIsThree(String arguments, String message) {
    Outcome outcome = Outcome.of(arguments.split(" "));
    assertThat(outcome.err()).startsWith("retort: ").contains(message).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void emptyAndStrangeArgumentsAreNoMistakesOfOurs(@TempDir Path folder) {
    for (String odd : new String[] {"", " ", "\u0000", "\u202e", "--", "-", "a".repeat(5000)}) {
      for (String verb : new String[] {"cost", "validate", "resume", "evaluate", "spaces"}) {
        Outcome outcome = Outcome.of(verb, folder.resolve("none") + odd);
        assertThat(outcome.code()).as(verb + " (" + odd + ")").isIn(2, 3);
        assertThat(Outcome.of(verb, odd).code()).as(verb + " (" + odd + ")").isIn(0, 2, 3);
      }
    }
  }
}
