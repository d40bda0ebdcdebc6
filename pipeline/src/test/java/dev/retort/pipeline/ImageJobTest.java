package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.retort.search.Scored;
import dev.retort.search.SearchLog;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through the house with images, on small jobs. */
class ImageJobTest {
  private static Path recipe = Path.of("");
  private static Path run = Path.of("");
  private static @Nullable RunResult ran;

  @BeforeAll
  static void runJob(@TempDir Path folder) {
    recipe = SmallImageJob.write(folder.resolve("job"), SmallImageJob.RESNET);
    run = folder.resolve("run");
    ran = Retort.recipe(recipe).run(run);
  }

  private static RunResult result() {
    return Objects.requireNonNull(ran);
  }

  @Test
  void theTeacherLearnsAndStudentsAreFoundUnderEachBudget() {
    assertThat(result().teacher().value()).isGreaterThan(0.6);
    assertThat(result().students()).hasSize(2).allSatisfy(student -> assertThat(
            student.score().value())
        .as(student.architecture() + " does better than chance")
        .isGreaterThan(0.2));
    assertThat(result().students()).anyMatch(each -> each.cost().parameters() <= 1500);
    assertThat(SearchLog.read(run.resolve("search/log.jsonl"))).allMatch(Scored::ok);
  }

  @Test
  void aStudentIsItsSubNetworkWithStatisticsOfItsOwn() throws IOException {
    assertThat(run.resolve("effective-recipe.yaml")).content().contains("recalibrate: 20");
    Path folder = run.resolve("students").resolve(thin());
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> student =
          StudentFolder.read(folder, manager).weights().tensors();
      Map<String, NDArray> shared =
          stored(run.resolve("train/thin/step-000020/weights.safetensors"), manager);
      int measured = 0;
      for (Map.Entry<String, NDArray> each : student.entrySet()) {
        NDArray slice = leading(Objects.requireNonNull(shared.get(each.getKey())), each.getValue());
        if (each.getKey().contains("running_")) {
          assertThat(each.getValue()).as(each.getKey()).isNotEqualTo(slice);
          measured++;
        } else {
          assertThat(each.getValue()).as(each.getKey()).isEqualTo(slice);
        }
      }
      assertThat(measured).isPositive();
    }
  }

  private static String thin() throws IOException {
    try (Stream<Path> students = Files.list(run.resolve("students"))) {
      return students
          .map(each -> each.getFileName().toString())
          .filter(name -> name.contains("scale=0.5"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Map<String, NDArray> stored(Path file, NDManager manager) {
    SafetensorsFile tensors = SafetensorsFile.open(file);
    return tensors.entries().stream()
        .collect(Collectors.toMap(TensorEntry::name, each -> tensors.load(manager, each.name())));
  }

  private static NDArray leading(NDArray full, NDArray like) {
    NDIndex index = new NDIndex();
    for (long length : like.getShape().getShape()) {
      index.addSliceDim(0, length);
    }
    return full.get(index);
  }

  @Test
  void withoutRecalibrationItKeepsThoseOfTheSuperNet(@TempDir Path folder) throws IOException {
    Path other = folder.resolve("run");
    Retort.recipe(
            recipe,
            "train.recalibrate=0",
            "teacher.train.epochs=1",
            "train.steps=3",
            "search.budgets=",
            "search.budget={parameters: 1500}",
            "finetune=")
        .run(other);
    try (NDManager manager = NDManager.newBaseManager();
        Stream<Path> students = Files.list(other.resolve("students"))) {
      Map<String, NDArray> student = StudentFolder.read(students.findFirst().orElseThrow(), manager)
          .weights()
          .tensors();
      Map<String, NDArray> shared =
          stored(other.resolve("train/thin/step-000003/weights.safetensors"), manager);
      student.forEach((name, tensor) -> assertThat(tensor)
          .as(name)
          .isEqualTo(leading(Objects.requireNonNull(shared.get(name)), tensor)));
    }
  }

  @Test
  void aStoppedRunEndsWithTheBytesOfOneThatWasNot(@TempDir Path folder) throws IOException {
    RunBytes.assertSameWhereStopped(recipe, folder.resolve("run"), run, 75);
  }

  @Test
  void theReportShowsTheStudents() throws IOException {
    String page = Files.readString(run.resolve("report.html"));
    assertThat(page).contains("<svg").contains("super-net thin").contains("16 \u00d7 16");
    for (RunResult.Student student : result().students()) {
      assertThat(page).contains(student.architecture().toString());
    }
    assertThat(page).contains("top-5 ").contains("calibration error ");
  }

  @Test
  void aVisionTransformerGoesTheSameWayAndIsExported(@TempDir Path folder) throws IOException {
    Path vit = SmallImageJob.write(folder.resolve("job"), SmallImageJob.VIT);
    RunResult result = Retort.recipe(vit).run(folder.resolve("run"));
    assertThat(result.teacher().value()).isGreaterThan(0.5);
    RunResult.Student student = result.students().get(0);
    assertThat(student.score().value()).isGreaterThan(0.2);
    Path export = student.folder().resolve("../../exports/hugging-face").normalize();
    try (NDManager manager = NDManager.newBaseManager()) {
      HuggingFaceFolder model = HuggingFaceFolder.read(export, manager);
      assertThat(model.weights().architecture()).isEqualTo(student.architecture());
      assertThat(model.labels())
          .isEqualTo(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
      assertThat(export.resolve("preprocessor_config.json")).isRegularFile();
    }
    assertThat(folder.resolve("run/report.html")).content().contains("16 \u00d7 16");
  }
}
