package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectivesCommandTest {
  /**
   * Two classes, logits 0 and 0, label 0: cross-entropy is ln 2; against the teacher's (ln 3, 0),
   * which is (3/4, 1/4), the divergence is ln 2 - H, H the teacher's entropy.
   */
  private static final String KD =
      """
      {"method": "kd", "cases": [{"name": "by hand",
        "hyper_parameters": {"temperature": 1, "ce_weight": 1, "kd_weight": 1, "soft_loss": "kl"},
        "inputs": {"student_logits": [[0, 0]], "teacher_logits": [[1.0986123, 0]], "labels": [0]},
        "expected": {"loss": %s, "grad": {"student_logits": [[-0.75, 0.75]]}}}]}
      """;

  private static final double LOSS =
      2 * Math.log(2) + 0.75 * Math.log(0.75) + 0.25 * Math.log(0.25);

  @Test
  void everyObjectiveIsPrintedWithItsOptions() {
    String text = Outcome.of("objectives").out();
    JsonNode json = Outcome.of("objectives", "--json").json();
    for (ObjectiveKind each : Objectives.all()) {
      assertThat(text).contains(each.name() + ": " + each.title());
      each.options().forEach(option -> assertThat(text).contains("  " + option.name() + " ("));
    }
    assertThat(text)
        .contains("written after: the authors' code: yzd-v/cls_KD; held by the vectors of nkd");
    assertThat(json).hasSize(Objectives.all().size());
    assertThat(json).anySatisfy(each -> {
      assertThat(each.path("name").asText()).isEqualTo("bd-kd");
      assertThat(each.path("origin").asText()).isEqualTo("reconstruction");
    });
    assertThat(Outcome.of("objectives", "--markdown").out()).isEqualTo(Objectives.markdown());
  }

  @Test
  void agreementIsZeroAndDifferenceIsSix(@TempDir Path folder) throws IOException {
    Path right = Files.writeString(folder.resolve("right.json"), KD.formatted(LOSS));
    Path wrong = Files.writeString(folder.resolve("wrong.json"), KD.formatted("0.5"));
    Outcome agrees = Outcome.of("objectives", "check", right.toString());
    assertThat(agrees.code()).as(agrees.err()).isZero();
    assertThat(agrees.out()).contains("agrees").contains("1 cases: 1 agree, 0 differ");
    Outcome differs = Outcome.of("objectives", "check", right.toString(), wrong.toString());
    assertThat(differs.code()).isEqualTo(6);
    assertThat(differs.out()).contains("DIFFERS").contains("2 cases: 1 agree, 1 differ");
  }

  @Test
  void jsonHasWhatWasComputedOfAllFiles(@TempDir Path folder) throws IOException {
    Path right = Files.writeString(folder.resolve("right.json"), KD.formatted(LOSS));
    Path wrong = Files.writeString(folder.resolve("wrong.json"), KD.formatted("0.5"));
    Outcome outcome =
        Outcome.of("objectives", "check", right.toString(), wrong.toString(), "--json");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.json()).hasSize(2);
    JsonNode first = outcome.json().get(0);
    assertThat(first.path("name").asText()).isEqualTo("by hand");
    assertThat(first.path("loss").asDouble()).isCloseTo(LOSS, within(1e-6));
    JsonNode gradient = first.path("grad").path("student_logits").path(0);
    assertThat(gradient.path(0).asDouble()).isCloseTo(-0.75, within(1e-6));
    assertThat(gradient.path(1).asDouble()).isCloseTo(0.75, within(1e-6));
  }

  @Test
  void filesThatCannotBeReadDoNotHideTheOthers(@TempDir Path folder) throws IOException {
    Path right = Files.writeString(folder.resolve("right.json"), KD.formatted(LOSS));
    Path unknown =
        Files.writeString(folder.resolve("unknown.json"), "{\"method\": \"nkt\", \"cases\": []}");
    Outcome outcome = Outcome.of("objectives", "check", unknown.toString(), right.toString());
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("nkt").contains("did you mean nkd?");
    assertThat(outcome.out()).contains("1 agree").contains("could not be read: 1");
  }
}
