package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Metric;
import dev.retort.data.TextCorpus;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.report.SummaryTable;
import dev.retort.space.UserException;
import dev.retort.supernet.format.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way through the house with tasks that ask for single words. */
class TokenJobTest {
  private static final TokenEvaluation MEASURE =
      new TokenEvaluation(TextCorpus.Documents.LINE, null, 7, 0.3, 0, 6, 12);

  private final Path folder;

  TokenJobTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Score measured(Path model, Path data) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return MEASURE.of(model, null, data, null, manager).scores().get(0);
    }
  }

  @Test
  void maskedWordsAreLearntSearchedAndExported() throws IOException {
    Path recipe = SmallTokenJob.write(folder.resolve("job"), SmallTokenJob.MASKED);
    Path run = folder.resolve("run");
    RunResult result = Retort.recipe(recipe).run(run);
    assertThat(result.teacher().metric()).isEqualTo(Metric.PERPLEXITY);
    assertThat(result.teacher().value()).as("of ten words").isLessThan(4);
    assertThat(result.students()).hasSize(1);
    RunResult.Student student = result.students().get(0);
    assertThat(student.architecture().word("head")).isEqualTo("words");
    assertThat(student.score().value()).isLessThan(7);
    // The command measures the same masks as the run.
    assertThat(measured(student.folder(), recipe.resolveSibling("test.txt")).value())
        .isEqualTo(student.score().value(), within(1e-4));
    assertThat(SummaryTable.text(result.report())).contains("less perplexity is better");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("30 % of the pieces")
        .contains("masked words right ");
    Path export = student.folder().resolve("../../exports/hugging-face").normalize();
    assertThat(export.resolve("config.json")).content().contains("BertForMaskedLM");
    assertThat(measured(export, recipe.resolveSibling("test.txt")).value())
        .isEqualTo(student.score().value(), within(1e-4));

    RunBytes.assertSameWhereStopped(recipe, folder.resolve("stopped"), run, 5, 60);
  }

  @Test
  void taggedWordsAreMeasuredByEntitiesAndTheExportKnowsTheTags() {
    Path recipe = SmallTokenJob.write(folder.resolve("job"), SmallTokenJob.TAGGED);
    RunResult result = Retort.recipe(recipe).run(folder.resolve("run"));
    assertThat(result.teacher().metric()).isEqualTo(Metric.ENTITY_F1);
    assertThat(result.teacher().value()).isGreaterThan(0.95);
    assertThat(result.teacher().examples()).isEqualTo(40);
    RunResult.Student student = result.students().get(0);
    assertThat(student.score().value()).isGreaterThan(0.8);
    assertThat(SummaryTable.text(result.report())).contains("entity-f1, %");
    assertThat(measured(student.folder(), recipe.resolveSibling("test.jsonl")).value())
        .isEqualTo(student.score().value(), within(1e-9));
    Path export = student.folder().resolve("../../exports/hugging-face").normalize();
    assertThat(export.resolve("config.json"))
        .content()
        .contains("BertForTokenClassification")
        .contains("\"id2label\"");
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(HuggingFaceFolder.read(export, manager).labels())
          .isEqualTo(ImmutableList.of("B-ANI", "I-ANI", "O"));
    }
    assertThat(measured(export, recipe.resolveSibling("test.jsonl")).value())
        .isEqualTo(student.score().value(), within(1e-9));
  }

  @Test
  void aTeacherThatIsReadGetsTheHeadOfTheTask() {
    Path job = folder.resolve("job");
    Path masked = SmallTokenJob.write(job, SmallTokenJob.MASKED);
    Path run = folder.resolve("masked");
    Retort.recipe(
            masked,
            "train.steps=1",
            "teacher.train.epochs=1",
            "search.fidelity=0",
            "finetune=",
            "export=")
        .run(run);
    Path tagged = SmallTokenJob.write(job, SmallTokenJob.TAGGED);
    RunResult result = Retort.recipe(
            tagged,
            "teacher.architecture=",
            "teacher.model=" + run.resolve("teacher"),
            "teacher.train.optimizer.rate=1e-2",
            "search.fidelity=0")
        .run(folder.resolve("tagged"));
    assertThat(result.students().get(0).architecture().word("head")).isEqualTo("tokens");
    assertThat(result.students().get(0).architecture().integer("classes")).isEqualTo(3);
    assertThat(result.teacher().value()).isGreaterThan(0.9);
    assertThatThrownBy(
            () -> Retort.recipe(tagged, "teacher={model: " + run.resolve("teacher") + "}")
                .run(folder.resolve("refused")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("found head=words; allowed: head=tokens, since the task asks for"
            + " single words; add teacher.train");
  }

  @ParameterizedTest
  @ValueSource(strings = {"distilbert", "electra", "roberta"})
  void otherEncodersTellMaskedWordsToo(String family) {
    String own = family.equals("roberta") ? ",positions=18,padding=0" : ",positions=16";
    RunResult result = Retort.recipe(
            SmallTokenJob.write(folder.resolve("job"), SmallTokenJob.MASKED),
            "space.family=" + family,
            "teacher.architecture=" + family
                + ":layers=2,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=15,head=words" + own,
            "train.steps=4",
            "search.fidelity=0",
            "finetune.epochs=1",
            "finetune.baselines=")
        .run(folder.resolve("run"));
    assertThat(result.teacher().value()).isLessThan(6);
    Path export = result.students().get(0).folder().resolve("../../exports/hugging-face");
    assertThat(measured(export.normalize(), folder.resolve("job/test.txt")).value())
        .isEqualTo(result.students().get(0).score().value(), within(1e-4));
  }

  @Test
  void promptsAreAnsweredAndTheAnswersMeasured() throws IOException {
    Path recipe = SmallTokenJob.write(folder.resolve("job"), SmallTokenJob.INSTRUCTED);
    Path run = folder.resolve("run");
    Files.delete(recipe.resolveSibling("test.jsonl"));
    RunResult result = Retort.recipe(recipe).run(run);
    assertThat(result.teacher().metric()).isEqualTo(Metric.PERPLEXITY);
    assertThat(result.teacher().value()).as("answers follow from prompts").isLessThan(1.6);
    assertThat(new ObjectMapper()
            .readTree(run.resolve("teacher/scores.json").toFile())
            .at("/further/rouge-l/value")
            .asDouble())
        .as("ROUGE-L of the teacher's answers")
        .isGreaterThan(0.7);
    assertThat(result.students()).hasSize(1);
    assertThat(Files.readString(result.students().get(0).folder().resolve("scores.json")))
        .contains("\"rouge-l\"");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("ROUGE-L ")
        .contains("ROUGE-L is of the first 6 prompts of the part");
  }
}
