package dev.retort.distill.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {
  private static final String CASE =
      """
      {"method": "kd", "cases": [{"name": "one",
        "hyper_parameters": {"temperature": 2, "ce_weight": 0, "kd_weight": 1, "soft_loss": "kl"},
        "inputs": {"student_logits": [[0, 1]], "teacher_logits": [[1, 0]], "labels": [0]},
        "expected": {"loss": 7, "grad": {"student_logits": [[0, 0]]}}}]}
      """;

  private final NDManager manager = NDManager.newBaseManager();

  private final Path folder;

  GoldenFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private List<GoldenResult> check(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("case.json"), text);
    return GoldenVectors.check(file, manager);
  }

  private void refused(String text, String... parts) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> check(text))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(UserException.Kind.INPUT))
        .satisfies(e -> assertThat(e.getMessage()).contains("case.json").contains(parts));
  }

  @Test
  void whatDiffersIsSaid() throws Exception {
    GoldenResult result = check(CASE).get(0);
    assertThat(result.passed()).isFalse();
    assertThat(result.checked()).isEqualTo(3);
    assertThat(result.mismatches()).hasSize(3);
    assertThat(result.mismatches().get(0)).matches("loss: computed 0\\.48.*, expected 7");
    assertThat(result.mismatches().get(1)).startsWith("grad.student_logits[0][0]: computed -0.4");
  }

  @Test
  void withoutExpectedValuesEverythingIsStillComputed() throws Exception {
    GoldenResult result =
        check(CASE.replaceAll("(?s),\\s*\"expected\".*", "}]}")).get(0);
    assertThat(result.passed()).isTrue();
    assertThat(result.checked()).isZero();
    assertThat(result.grad()).containsOnlyKeys("student_logits");
  }

  @Test
  void jsonHasNameLossGradientsAndComponents() throws Exception {
    JsonNode json = new ObjectMapper().readTree(GoldenVectors.toJson(check(CASE)));
    assertThat(json.isArray()).isTrue();
    JsonNode one = json.get(0);
    assertThat(one.get("name").textValue()).isEqualTo("one");
    assertThat(one.get("loss").isNumber()).isTrue();
    assertThat(one.at("/grad/student_logits/0/1").isNumber()).isTrue();
    assertThat(one.at("/components/ce").isNumber()).isTrue();
  }

  @Test
  void notANumberIsReadAndWritten() throws Exception {
    String text =
        CASE.replace("[[0, 1]]", "[[\"NaN\", 1]]").replace("\"loss\": 7", "\"loss\": \"NaN\"");
    GoldenResult result = check(text).get(0);
    assertThat(result.loss()).isNaN();
    assertThat(result.mismatches()).noneMatch(each -> each.startsWith("loss"));
    assertThat(GoldenVectors.toJson(List.of(result))).contains("\"loss\":\"NaN\"");
  }

  @Test
  void whereTheReferenceLacksAGuardZeroIsRight() throws Exception {
    String text =
        """
        {"method": "distillm", "cases": [{"name": "none", "tags": ["must_guard"],
          "inputs": {"labels": [[-100, -100]]}, "expected": {"loss": "NaN"}}]}
        """;
    assertThat(check(text).get(0).passed()).isTrue();
    assertThat(check(text.replace("must_guard", "mask")).get(0).mismatches())
        .containsExactly("loss: computed 0.0, expected \"NaN\"");
  }

  @Test
  void schedulesHaveValuesAndNoLoss() throws Exception {
    String text =
        """
        {"method": "rco_schedule", "cases": [{"name": "route", "inputs": {},
          "hyper_parameters": {"teacher_epochs": 5, "epoch_interval": 2},
          "expected": {"anchor_epochs_from_1": [2, 4, 6]}}]}
        """;
    GoldenResult result = check(text).get(0);
    assertThat(result.loss()).isNull();
    assertThat(result.mismatches())
        .containsExactly("anchor_epochs_from_1[2]: computed 5, expected 6");
    assertThat(GoldenVectors.toJson(List.of(result)))
        .contains("\"anchor_epochs_from_1\":[2,4,5]")
        .doesNotContain("loss");
  }

  @Test
  void wordsInRowsAreCompared() throws Exception {
    String text =
        """
        {"method": "distillm_scheduler", "cases": [{"name": "row", "inputs": {},
          "hyper_parameters": {"capacity": 9, "total_iters": 10, "replay_ratio": "constant"},
          "expected": {"rows": [{"step": 1, "r": 0.9, "threshold": 0.5, "buffer": 9,
            "sampling_threshold": 0.25, "decision": "replay"}]}}]}
        """;
    assertThat(check(text).get(0).mismatches())
        .containsExactly("rows[0].decision: computed dataset, expected \"replay\"");
  }

  @Test
  void malformedFilesAreRefusedWithWhere() {
    refused("{\"method\": \"nkdd\", \"cases\": []}", "(nkdd)", "kd, dkd, dist", "mean nkd?");
    refused("{\"cases\": []}", "method must be one of");
    refused("[]", "JSON object");
    refused("{\"method\": \"kd\",\n \"cases\": [", "line 2", "no JSON");
    refused("{\"method\": \"kd\", \"method\": \"kd\"}", "Duplicate");
    refused("{\"method\": \"kd\"}", "cases must be a list");
    refused("{\"method\": \"kd\", \"cases\": [{}]}", "cases[0] needs a name");
    refused(
        CASE.replace("\"temperature\": 2", "\"temperature\": \"2\""),
        "case one",
        "hyper_parameters.temperature must be a number, not (\"2\")");
    refused(
        CASE.replace("\"temperature\": 2,", ""), "temperature must be a number, but is missing");
    refused(CASE.replace("\"kl\"", "\"js\""), "soft_loss must be one of [kl, cross_entropy]");
    refused(
        CASE.replace("[[1, 0]]", "[[1, 0], [1]]"), "inputs.teacher_logits[1] must be a list of 2");
    refused(
        CASE.replace("[[1, 0]]", "[[1, \"x\"]]"), "inputs.teacher_logits[0][1] must be a number");
    refused(CASE.replace("[[1, 0]]", "[[1, 0, 2]]"), "teacher logits have shape (1, 3)");
    refused(
        CASE.replace("\"labels\": [0]", "\"labels\": [0.5]"), "labels[0] must be a class index");
    refused(
        CASE.replace("\"labels\": [0]", "\"labels\": [2]"),
        "labels[0] must be a class index from 0 to 1");
    refused(CASE.replace("\"labels\": [0]", "\"label\": [0]"), "inputs.labels is missing");
    refused(
        CASE.replace("\"inputs\"", "\"input_shapes\": {\"labels\": [2]}, \"inputs\""),
        "inputs.labels has shape (1)",
        "[2]");
  }

  @Test
  void aMissingFileIsRefused() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> GoldenVectors.check(folder.resolve("none.json"), manager))
        .withMessageContaining("none.json");
  }

  @Test
  void nothingStaysInTheManager() throws Exception {
    check(CASE);
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
