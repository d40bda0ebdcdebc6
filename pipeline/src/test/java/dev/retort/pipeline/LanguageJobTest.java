package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import dev.retort.data.Metric;
import dev.retort.data.TokenBlocks;
import dev.retort.data.Tokenizer;
import dev.retort.distill.evaluate.TokenScores;
import dev.retort.pipeline.report.SummaryTable;
import dev.retort.search.Scored;
import dev.retort.search.SearchLog;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.InputShape;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through the house with language models, on small jobs. */
class LanguageJobTest {
  /** Letters and specials: what a network that knows nothing wavers between. */
  private static final int WORDS = 287;

  private static Path recipe = Path.of("");
  private static Path run = Path.of("");
  private static @Nullable RunResult ran;

  @BeforeAll
  static void runJob(@TempDir Path folder) {
    recipe = SmallLanguageJob.write(folder.resolve("job"), SmallLanguageJob.TAUGHT);
    run = folder.resolve("run");
    ran = Retort.recipe(recipe).run(run);
  }

  private static RunResult result() {
    return Objects.requireNonNull(ran);
  }

  @Test
  void theTeacherLearnsAndStudentsAreFoundUnderEachBudgetOfAToken() {
    assertThat(result().teacher().metric()).isEqualTo(Metric.PERPLEXITY);
    assertThat(result().teacher().value()).isLessThan(3);
    assertThat(result().students()).hasSize(2).allSatisfy(student -> assertThat(
            student.score().value())
        .as(student.architecture() + " does better than chance")
        .isLessThan(WORDS / 10.0));
    InputShape token = new InputShape(1, 1, 20);
    Architecture teacher = Architecture.parse(result().report().teacher().architecture());
    assertThat(result().report().teacher().cost().macs())
        .isEqualTo(Accounting.named("exact").cost(teacher, token).macs());
    assertThat(result().students()).allSatisfy(student -> assertThat(
            student.cost().macs())
        .isEqualTo(Accounting.named("exact").cost(student.architecture(), token).macs())
        .isLessThanOrEqualTo(Accounting.named("exact").cost(teacher, token).macs() / 2));
    assertThat(result().students()).anyMatch(each -> each.cost().macs() <= 9000);
    assertThat(SearchLog.read(run.resolve("search/log.jsonl"))).allMatch(Scored::ok);
  }

  @Test
  void theScoreIsThatOfTheModelOnTheTestFile() {
    RunResult.Student student = result().students().get(0);
    try (NDManager manager = NDManager.newBaseManager()) {
      StudentFolder model = StudentFolder.read(student.folder(), manager);
      Tokenizer tokenizer = Tokenizer.read(student.folder());
      List<int[]> documents;
      try {
        TokenBlocks.Ends ends = TokenBlocks.Ends.of(tokenizer);
        documents = Files.readAllLines(recipe.resolveSibling("test.txt")).stream()
            .map(line -> ends.around(tokenizer.ids(line)))
            .toList();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      TokenScores scores = TokenScores.of(
          Network.of(student.architecture(), new EagerKernels()),
          model.weights(),
          TokenBlocks.packed(documents, 32, 0),
          7,
          manager);
      assertThat(student.score().value()).isEqualTo(scores.perplexity().value(), within(1e-4));
      assertThat(student.score().standardError()).isPresent();
    }
  }

  @Test
  void tableAndReportShowPerplexity() throws IOException {
    String table = SummaryTable.text(result().report());
    assertThat(table)
        .contains("perplexity")
        .doesNotContain("perplexity, %")
        .contains("from scratch")
        .contains("less perplexity is better");
    String page = Files.readString(run.resolve("report.html"));
    assertThat(page)
        .contains("one token, behind 20")
        .contains("text that the teacher wrote itself")
        .contains("next token ")
        .contains("of which less is better")
        .doesNotContain("Test perplexity, %");
    assertThat(SummaryTable.markdown(result().report())).contains("| Test perplexity |");
    assertThat(Retort.report(run).students()).isEqualTo(result().students());
  }

  @Test
  void aStoppedRunEndsWithTheBytesOfOneThatWasNot(@TempDir Path folder) throws IOException {
    RunBytes.assertSameWhereStopped(recipe, folder.resolve("run"), run, 3, 40, 190);
  }

  @Test
  void theTeachersTextIsKeptAndMadeOfItsWords() throws IOException {
    List<String> lines = Files.readAllLines(run.resolve("generated.jsonl"));
    assertThat(lines).hasSize(120).allMatch(line -> line.startsWith("{\"text\":\""));
    assertThat(lines.stream().filter(line -> line.contains("the ")).count()).isGreaterThan(90);
    assertThat(lines.stream().distinct().count()).isGreaterThan(20);
  }

  @Test
  void theExportWritesWhatTheStudentWrites() {
    RunResult.Student student = result().students().get(0);
    Path export = student.folder().resolve("../../exports/hugging-face").normalize();
    assertThat(export.resolve("tokenizer.json")).isRegularFile();
    assertThat(export.resolve("generation_config.json")).content().contains("eos_token_id");
    try (NDManager manager = NDManager.newBaseManager()) {
      HuggingFaceFolder exported = HuggingFaceFolder.read(export, manager);
      StudentFolder own = StudentFolder.read(student.folder(), manager);
      assertThat(exported.weights().architecture()).isEqualTo(student.architecture());
      for (String name : own.weights().tensors().keySet()) {
        NDArray tensor = Objects.requireNonNull(exported.weights().tensors().get(name));
        assertThat(tensor).as(name).isEqualTo(own.weights().tensors().get(name));
      }
      int[] prompt = Tokenizer.read(export).prompt("the cat");
      assertThat(prompt).isEqualTo(Tokenizer.read(student.folder()).prompt("the cat"));
      assertThat(written(exported.weights(), prompt)).isEqualTo(written(own.weights(), prompt));
    }
  }

  private static ImmutableIntArray written(Weights weights, int[] prompt) {
    Generator generator =
        new Generator(Network.of(weights.architecture(), new EagerKernels()), weights);
    return generator
        .generate(List.of(prompt), GenerationOptions.greedy(12), GenerationListener.NONE)
        .get(0)
        .tokens();
  }

  @Test
  void whatATeacherWritesCanBeAllTheText(@TempDir Path folder) throws IOException {
    Path alone = SmallLanguageJob.write(folder.resolve("job"), SmallLanguageJob.ALONE);
    String model = "teacher.model=" + run.resolve("teacher");
    RunResult first = Retort.recipe(alone, model).run(folder.resolve("run"));
    assertThat(first.students()).hasSize(1);
    List<String> written = Files.readAllLines(folder.resolve("run/generated.jsonl"));
    assertThat(written).hasSize(60).allMatch(line -> line.startsWith("{\"text\":\"the"));
    assertThat(first.teacher().examples()).as("texts of the test part").isEqualTo(6);
    // How texts are batched changes neither what is written nor a score: each token counts alike.
    RunResult other = Retort.recipe(alone, model, "evaluate.batch=5").run(folder.resolve("other"));
    assertThat(Files.readAllLines(folder.resolve("other/generated.jsonl"))).isEqualTo(written);
    assertThat(other.teacher().value()).isEqualTo(first.teacher().value(), within(1e-4));
    assertThat(losses(folder.resolve("other"))).hasSize(2).allSatisfy((key, loss) -> assertThat(
            loss)
        .as(key)
        .isEqualTo(losses(folder.resolve("run")).get(key), within(1e-5)));
    Retort.recipe(alone, model, "seed=7").run(folder.resolve("third"));
    assertThat(Files.readAllLines(folder.resolve("third/generated.jsonl"))).isNotEqualTo(written);
  }

  /** The losses that the search went by. */
  private static Map<String, Double> losses(Path run) {
    return SearchLog.read(run.resolve("search/log.jsonl")).stream()
        .collect(Collectors.toMap(
            Scored::key, each -> each.scores().getOrDefault(SuperNetEvaluator.LOSS, Double.NaN)));
  }
}
