package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.retort.distill.train.StepReport;
import dev.retort.search.Scored;
import dev.retort.search.SearchLog;
import dev.retort.space.UserException;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.StudentFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through the house on a small job. */
class WholeJobTest {
  private static Path recipe = Path.of("");
  private static Path run = Path.of("");
  private static @Nullable RunResult ran;

  @BeforeAll
  static void runJob(@TempDir Path folder) {
    recipe = SmallJob.write(folder.resolve("job"));
    run = folder.resolve("run");
    ran = Retort.recipe(recipe).run(run);
  }

  private static RunResult result() {
    return Objects.requireNonNull(ran);
  }

  @Test
  void theTeacherLearnsAndStudentsAreFoundUnderEachBudget() {
    assertThat(result().teacher().value()).isGreaterThan(0.6);
    assertThat(result().students()).isNotEmpty();
    assertThat(result().students().stream().anyMatch(each -> each.cost().macs() <= 40_000))
        .isTrue();
  }

  @Test
  void everyCandidateIsScoredOnce() {
    List<Scored> scored = SearchLog.read(run.resolve("search/log.jsonl"));
    assertThat(scored.stream().map(Scored::key)).doesNotHaveDuplicates();
    assertThat(scored).allMatch(Scored::ok);
  }

  @Test
  void reportAndExportsAreThere() {
    assertThat(run.resolve("report.html")).isRegularFile();
    for (RunResult.Student student : result().students()) {
      Path export = student.folder().resolve("../../exports/hugging-face").normalize();
      assertThat(export.resolve("model.safetensors")).isRegularFile();
      try (NDManager manager = NDManager.newBaseManager()) {
        assertThat(HuggingFaceFolder.read(export, manager).labels())
            .containsExactly("melville", "malory", "austen");
        assertThat(StudentFolder.read(student.folder(), manager).weights().architecture())
            .isEqualTo(student.architecture());
      }
    }
  }

  @Test
  void aFinishedRunIsNotDoneAgain() {
    AtomicInteger steps = new AtomicInteger();
    Progress counting = new Progress() {
      @Override
      public void step(StepReport report) {
        steps.incrementAndGet();
      }
    };
    RunResult again = Retort.resume(run).listening(counting).run(run);
    assertThat(steps).hasValue(0);
    assertThat(again.students()).isEqualTo(result().students());
  }

  @Test
  void theReportIsWrittenAgainFromWhatTheRunRecorded() throws IOException {
    String before = Files.readString(run.resolve("report.html"));
    RunResult again = Retort.report(run);
    assertThat(Files.readString(run.resolve("report.html"))).isEqualTo(before);
    assertThat(again.students()).hasSameSizeAs(result().students());
    assertThat(again.teacher()).isEqualTo(result().teacher());
    for (int i = 0; i < again.students().size(); i++) {
      assertThat(again.students().get(i).score())
          .isEqualTo(result().students().get(i).score());
      assertThat(again.students().get(i).cost())
          .isEqualTo(result().students().get(i).cost());
    }
  }

  @Test
  void aChangedRecipeIsRefusedWithWhatDiffers() {
    assertThatThrownBy(() -> Retort.recipe(recipe, "train.steps=31").run(run))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.steps: 30, now 31");
  }

  @Test
  void aBudgetThatNothingMeetsIsRefusedBeforeTheFirstStep(@TempDir Path folder) {
    Path other = folder.resolve("run");
    Retort job = Retort.recipe(
        recipe, "search.budgets.small.macs=10", "train.steps=2", "teacher.train.epochs=1");
    assertThatThrownBy(() -> job.run(other))
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.kind())
            .isEqualTo(UserException.Kind.NO_STUDENT));
    assertThat(other).doesNotExist();
  }

  @Test
  void aJobToldToStopSavesAndSaysHowToGoOn(@TempDir Path folder) {
    AtomicInteger asked = new AtomicInteger();
    Path other = folder.resolve("run");
    Retort job = Retort.recipe(recipe).stoppingWhen(() -> asked.incrementAndGet() > 7);
    assertThatThrownBy(() -> job.run(other))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("retort resume");
    assertThat(other.resolve("train/teacher")).isNotEmptyDirectory();
  }
}
