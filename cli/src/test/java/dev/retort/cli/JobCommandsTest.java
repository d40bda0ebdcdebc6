package dev.retort.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of a job, on one tiny run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobCommandsTest {
  private Path folder = Path.of("");
  private Path run = Path.of("");
  private Outcome outcome = new Outcome(-1, "", "");

  @BeforeAll
  void runsTheTinyJob(@TempDir Path shared) throws IOException {
    folder = shared;
    Path recipe = TinyJob.write(folder.resolve("job"));
    run = folder.resolve("a run with spaces");
    outcome = Outcome.of("run", recipe.toString(), "--output", run.toString());
  }

  private Path student() {
    try (Stream<Path> students = Files.list(run.resolve("students"))) {
      return students.filter(Files::isDirectory).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void runPrintsItsTableAndKeepsProgressApart() {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("Network")
        .contains("Teacher")
        .contains(run.resolve("report.html").toString());
    assertThat(outcome.err()).contains("teacher: ").contains("done in");
    assertThat(outcome.out() + outcome.err()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    assertThat(run.resolve("report.html")).isRegularFile();
    assertThat(student().resolve("exports/hugging-face/model.safetensors")).isRegularFile();
  }

  @Test
  void resumedFinishedRunGivesTheSameAnswer() {
    JsonNode resumed = Outcome.of("resume", run.toString(), "--json").json();
    assertThat(resumed).isEqualTo(Outcome.of("report", run.toString(), "--json").json());
    assertThat(resumed.path("students")).hasSize(1);
    assertThat(resumed.path("teacher").path("metric").asText()).isEqualTo("accuracy");
  }

  @Test
  void searchAnswersUnderABudgetInTheOrderOfTheScores() {
    Outcome found = Outcome.of("search", run.toString(), "--macs", "100%", "--top", "3", "--json");
    assertThat(found.code()).as(found.err()).isZero();
    JsonNode students = found.json();
    assertThat(students).hasSizeBetween(1, 3);
    List<Double> losses = students.findValues("distillation-loss").stream()
        .map(JsonNode::asDouble)
        .toList();
    assertThat(losses).isSorted();
    Outcome table = Outcome.of("search", run.toString());
    assertThat(table.out()).contains("of teacher's").contains("bert:layers=");
  }

  @Test
  void budgetThatNobodyMeetsIsFourWithTheNearestCosts() {
    Outcome none = Outcome.of("search", run.toString(), "--macs", "7", "--parameters", "1%");
    assertThat(none.code()).isEqualTo(4);
    assertThat(none.err())
        .startsWith("retort: No student meets the budget")
        .contains("The nearest:")
        .contains("bert:layers=1");
    Outcome wrong = Outcome.of("search", run.toString(), "--macs", "some");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--macs: Expected a bound such as 0.5G");
  }

  @Test
  void evaluationAgreesWithTheTable() {
    JsonNode result = Outcome.of("report", run.toString(), "--json").json();
    JsonNode student = result.path("students").get(0);
    for (String model : List.of(
        student.path("folder").asText(),
        student().resolve("exports/hugging-face").toString())) {
      Outcome measured = evaluate(model);
      assertThat(measured.code()).as(measured.err()).isZero();
      JsonNode accuracy = measured.json().path("metrics").path("accuracy");
      assertThat(accuracy.path("value")).isEqualTo(student.path("score").path("value"));
      assertThat(accuracy.path("standardError"))
          .isEqualTo(student.path("score").path("standardError"));
      assertThat(measured.json().path("sequence").asInt()).isEqualTo(8);
    }
  }

  private Outcome evaluate(String model) {
    return Outcome.of(
        "evaluate",
        model,
        "--labels",
        folder.resolve("job/labels.txt").toString(),
        "--data",
        folder.resolve("job/dev.tsv").toString(),
        "--json");
  }

  @Test
  void evaluationGoesByTheNamesOfTheClasses() throws IOException {
    Path swapped = Files.writeString(folder.resolve("swapped.txt"), "malory\nmelville\n");
    String model = run.resolve("teacher").toString();
    String data = folder.resolve("job/dev.tsv").toString();
    JsonNode other = Outcome.of(
            "evaluate", model, "--labels", swapped.toString(), "--data", data, "--json")
        .json();
    assertThat(other.path("metrics")).isEqualTo(evaluate(model).json().path("metrics"));
  }

  @Test
  void modelOfOtherClassesIsRefused() throws IOException {
    Path three = Files.writeString(folder.resolve("three.txt"), "a\nb\nc\n");
    Path data = Files.writeString(folder.resolve("three.tsv"), "a\tthe whale\n");
    Outcome refused = Outcome.of(
        "evaluate",
        run.resolve("teacher").toString(),
        "--labels",
        three.toString(),
        "--data",
        data.toString());
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("the model has 2 outputs, texts needs 3");
  }

  @Test
  void exportedStudentGivesTheSameLogits() throws IOException {
    Path exported = folder.resolve("exported");
    Outcome outcome =
        Outcome.of("export", run.toString(), "--to", "hugging-face", exported.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    Path one = Path.of(outcome.out().strip());
    assertThat(one.getParent()).isEqualTo(exported);
    Path inputs = Files.writeString(folder.resolve("inputs.json"), "{\"input_ids\": [[2, 8, 3]]}");
    String student = Outcome.of("report", run.toString(), "--json")
        .json()
        .findValue("folder")
        .asText();
    assertThat(student).isNotEmpty();
    JsonNode own = forward(
        Path.of(Outcome.of("report", run.toString(), "--json")
            .json()
            .path("students")
            .get(0)
            .path("folder")
            .asText()),
        inputs);
    assertThat(forward(one, inputs).path("logits")).isEqualTo(own.path("logits"));
    assertThat(Outcome.of("export", one.toString(), "--to", "hugging-face", one.toString())
            .code())
        .isEqualTo(2);
  }

  private static JsonNode forward(Path model, Path inputs) {
    return Outcome.of("forward", model.toString(), "--input", inputs.toString(), "--json")
        .json();
  }

  @Test
  void runOfAnotherRecipeInTheSameFolderIsRefused() {
    Outcome other = Outcome.of(
        "run",
        folder.resolve("job/recipe.yaml").toString(),
        "--output",
        run.toString(),
        "--set",
        "train.steps=5");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("train.steps");
  }

  @Test
  void validateListsEveryMistakeWithItsLine() {
    String recipe = folder.resolve("job/recipe.yaml").toString();
    Outcome wrong = Outcome.of(
        "validate", recipe, "--set", "train.stps=5", "--set", "search.examples=no", "--json");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.json().path("valid").asBoolean()).isFalse();
    assertThat(wrong.json().path("mistakes")).hasSize(2);
    JsonNode right = Outcome.of("validate", recipe, "--json").json();
    assertThat(right.path("valid").asBoolean()).isTrue();
    assertThat(right.path("estimate")).isNotEmpty();
    assertThat(Outcome.of("validate", recipe).out())
        .contains("no mistake found")
        .contains("in all");
    assertThat(Outcome.of("validate", recipe, "--effective").out()).contains("seed: 17");
  }

  @Test
  void impossibleBudgetOfARecipeIsFourBeforeTheFirstStep() {
    Path other = folder.resolve("impossible");
    Outcome none = Outcome.of(
        "run",
        folder.resolve("job/recipe.yaml").toString(),
        "--output",
        other.toString(),
        "--set",
        "search.budget={macs: 10}");
    assertThat(none.code()).as(none.err()).isEqualTo(4);
    assertThat(none.err()).contains("No student meets the budget").doesNotContain("\tat ");
    assertThat(other).doesNotExist();
  }

  @Test
  void unfinishedRunHasNoReport() throws IOException {
    Path unfinished = folder.resolve("unfinished");
    Files.createDirectories(unfinished);
    Files.copy(run.resolve("effective-recipe.yaml"), unfinished.resolve("effective-recipe.yaml"));
    Outcome report = Outcome.of("report", unfinished.toString());
    assertThat(report.code()).isEqualTo(3);
    assertThat(report.err()).contains("retort resume " + unfinished);
    Outcome search = Outcome.of("search", unfinished.toString());
    assertThat(search.code()).isEqualTo(3);
    assertThat(search.err()).contains("has not come to its search");
  }

  /** SIGTERM, to a process of its own: it saves, says how to go on, and ends with 143. */
  @Test
  void terminatedRunSavesAndCanBeResumed() throws IOException, InterruptedException {
    Path recipe = TinyJob.write(folder.resolve("long job"));
    Path stopped = folder.resolve("stopped");
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            recipe.toString(),
            "--output",
            stopped.toString(),
            "--set",
            "train.steps=1000000")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    StringBuilder said = new StringBuilder();
    try (BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("train/only: ")) {
          // Unlike the process itself, its handle leaves what it still says to be read.
          process.toHandle().destroy();
        }
      }
    }
    assertThat(process.waitFor()).as(said.toString()).isEqualTo(143);
    assertThat(said).contains("Go on with: retort resume " + stopped).doesNotContain("\tat ");
    try (Stream<Path> checkpoints = Files.list(stopped.resolve("train/only"))) {
      assertThat(checkpoints.map(each -> each.getFileName().toString()))
          .anyMatch(name -> name.startsWith("step-"));
    }
  }
}
