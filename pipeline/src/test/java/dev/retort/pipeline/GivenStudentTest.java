package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.pipeline.report.SummaryTable;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.StudentFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs whose student is given, of another family than its teacher. */
class GivenStudentTest {
  private static final String TEXT =
      """
      retort: 1
      name: given
      seed: 5
      workers: 2
      task: {name: authors, labels: labels.txt, train: train.tsv, dev: dev.tsv, test: test.tsv}
      sequence: 16
      tokenizer: {vocabulary: vocab.txt, lower-case: true}
      checkpoint: {every: 5, keep: 2}
      teacher:
        architecture: bert:layers=2,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=28,\
      positions=16,classes=3
        train: {epochs: 4, batch: 16, dropout: 0, optimizer: {rate: 3e-3}}
      student:
        architecture: distilbert:layers=1,hidden=16,heads=1,ratio=2,head-size=16,vocabulary=28,\
      positions=16,classes=3
      finetune:
        epochs: 8
        batch: 16
        dropout: 0
        optimizer: {rate: 1e-2, decay: steps, milestones: [60%, 80%], factor: 0.5}
        before:
          - epochs: 1
            objectives: [hidden-state]
            optimizer: {name: adam, rate: 1e-3}
        objectives: [cross-entropy, kd]
        compare: {plain: [cross-entropy]}
        baselines: [scratch]
      export: [hugging-face]
      """;

  private static Path recipe = Path.of("");
  private static Path run = Path.of("");
  private static @Nullable RunResult ran;

  @BeforeAll
  static void runJob(@TempDir Path folder) throws IOException {
    SmallJob.write(folder.resolve("job"));
    recipe = Files.writeString(folder.resolve("job/given.yaml"), TEXT);
    run = folder.resolve("run");
    ran = Retort.recipe(recipe).run(run);
  }

  private static RunResult result() {
    return Objects.requireNonNull(ran);
  }

  @Test
  void theStudentLearnsInEveryWayAndIsHandedOver() {
    assertThat(result().students()).hasSize(1);
    RunResult.Student student = result().students().get(0);
    assertThat(student.folder()).isEqualTo(run.resolve("students/student/finetuned/kd"));
    assertThat(student.score().value()).isGreaterThan(0.5);
    assertThat(result().report().students().get(0).methods())
        .extracting(MethodLine::method)
        .containsExactly("as it begins", "KD", "plain", "from scratch");
    assertThat(run.resolve("train/finetune/student/kd/before-1")).isDirectory();
    assertThat(run.resolve("train/finetune/student/plain/before-1")).doesNotExist();
    assertThat(run.resolve("search")).doesNotExist();
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(
              HuggingFaceFolder.read(run.resolve("students/student/exports/hugging-face"), manager)
                  .weights()
                  .architecture())
          .isEqualTo(student.architecture());
    }
  }

  @Test
  void theReportTellsOfTheStudentWithoutASearch() {
    assertThat(run.resolve("report.html"))
        .content()
        .contains("How well does the student distilled from ")
        .contains("Nothing was searched in this run.")
        .doesNotContain("budget \u2014")
        .doesNotContain("super-net");
    assertThat(SummaryTable.text(result().report())).contains("* KD").contains("Teacher: teacher");
    assertThat(Retort.report(run).students()).isEqualTo(result().students());
  }

  @Test
  void aStoppedRunEndsWithTheBytesOfOneThatWasNot(@TempDir Path folder) throws IOException {
    RunBytes.assertSameWhereStopped(recipe, folder.resolve("run"), run, 100);
  }

  @Test
  void aModelBeginsWithItsWeightsAndNeedsNoTeacher(@TempDir Path folder) {
    Path model = run.resolve("students/student/finetuned/kd");
    Path other = folder.resolve("run");
    RunResult alone = Retort.recipe(
            recipe,
            "teacher=",
            "student={model: " + model + ", family: distilbert}",
            "finetune.before=",
            "finetune.epochs=0.5",
            "finetune.objectives=[cross-entropy]",
            "finetune.compare=")
        .run(other);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(StudentFolder.read(other.resolve("students/student"), manager)
              .weights()
              .tensors())
          .isEqualTo(StudentFolder.read(model, manager).weights().tensors());
    }
    assertThat(alone.teacherScore()).isNull();
    assertThat(alone.students().get(0).score().value()).isGreaterThan(0.5);
    assertThat(other.resolve("teacher")).doesNotExist();
    assertThat(other.resolve("report.html"))
        .content()
        .contains("How well does the student do at ")
        .doesNotContain(">Teacher<");
    assertThat(SummaryTable.text(alone.report())).doesNotContain("Teacher: ");
    assertThat(SummaryTable.markdown(alone.report())).doesNotContain("**Teacher**");
    assertThat(Retort.report(other).students()).isEqualTo(alone.students());
  }

  @Test
  void aStudentOfTheTeachersFamilyCanBeginAsASliceOfIt(@TempDir Path folder) {
    Path other = folder.resolve("run");
    Retort.recipe(
            recipe,
            "teacher.train.epochs=1",
            "student.architecture=bert:layers=1,hidden=16,heads=1,ratio=2,head-size=16,"
                + "vocabulary=28,positions=16,classes=3",
            "student.initial=teacher",
            "finetune.before=",
            "finetune.epochs=0.2",
            "finetune.compare=",
            "finetune.baselines=[teacher-slices]")
        .run(other);
    try (NDManager manager = NDManager.newBaseManager()) {
      String words = "bert.embeddings.word_embeddings.weight";
      var own = StudentFolder.read(other.resolve("students/student"), manager).weights();
      var whole = StudentFolder.read(other.resolve("teacher"), manager).weights();
      assertThat(Objects.requireNonNull(own.tensors().get(words)))
          .isEqualTo(Objects.requireNonNull(whole.tensors().get(words)).get(":, :16"));
    }
  }

  @Test
  void aNetworkOfImagesLearnsFromOneOfAnotherFamilyAndResolution(@TempDir Path folder) {
    Path images = SmallImageJob.write(
        folder.resolve("job"),
        """
        retort: 1
        task: mnist
        data: .
        teacher:
          architecture: resnet:depth=2/2,width=8/16,channels=1,resolution=16,shortcut=padding
          train: {epochs: 3, batch: 32, optimizer: {rate: 1e-2}}
        student:
          architecture: vit:layers=1,hidden=16,heads=1,ratio=2,head-size=16,patch=4,\
        resolution=12,channels=1,classes=10
        finetune:
          epochs: 3
          batch: 32
          optimizer: {rate: 5e-3}
          objectives: [{kd: {temperature: 2, weight: 0.9}}, {cross-entropy: {weight: 0.1}}]
        evaluate: {dev: 20%}
        """);
    RunResult result = Retort.recipe(images).run(folder.resolve("run"));
    assertThat(result.students().get(0).architecture().family().name()).isEqualTo("vit");
    assertThat(result.students().get(0).score().value()).isGreaterThan(0.15);
  }
}
