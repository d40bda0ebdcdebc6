package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.distill.objective.Objectives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a recipe whose student is given can have wrong. */
final class GivenRecipeTest {
  private static final String STUDENT = "distilbert:layers=1,hidden=16,heads=1,ratio=2,"
      + "head-size=16,vocabulary=8,positions=16,classes=3";
  private static final String BERT = "bert:layers=1,hidden=16,heads=1,ratio=2,head-size=16,"
      + "vocabulary=8,positions=16,classes=3";
  private static final String RECIPE =
      """
      retort: 1
      task: {name: authors, labels: labels.txt, train: train.tsv, dev: train.tsv}
      sequence: 16
      tokenizer: {vocabulary: vocab.txt}
      teacher:
        architecture: bert:layers=4,hidden=64,heads=4,ratio=4,head-size=16,vocabulary=8,\
      positions=16,classes=3
      student:
        architecture: %s
      finetune:
        epochs: 2
        objectives: [cross-entropy, kd, hidden-state]
        compare: {plain: cross-entropy}
        baselines: [scratch]
      export: [hugging-face]
      """
          .formatted(STUDENT);

  private static Path folder = Path.of("");

  @BeforeAll
  static void writeFiles(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\n");
    Files.writeString(folder.resolve("train.tsv"), "a\tx\n");
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nx\ny\nz\n");
  }

  private static Validation validate(String text, String... overrides) {
    return Validation.of(
        RecipeReader.parse("r.yaml", text, folder, List.of(overrides)),
        Objectives::create,
        name -> Optional.empty());
  }

  private static List<String> mistakes(String... overrides) {
    RecipeErrors errors =
        catchThrowableOfType(RecipeErrors.class, () -> validate(RECIPE, overrides));
    return Objects.requireNonNull(errors, "The recipe is accepted").mistakes().stream()
        .map(each -> each.key() + ": " + each.message())
        .toList();
  }

  @Test
  void aStudentThatFitsIsFoundAndEstimated() {
    Validation checked = validate(RECIPE);
    assertThat(checked.partition()).isNull();
    assertThat(checked.budgets()).isEmpty();
    assertThat(Objects.requireNonNull(checked.candidates()).checked())
        .hasToString("[" + STUDENT + "]");
    Estimate estimate = Estimate.of(checked, new Estimate.Data(100, 3, 16), 1e9);
    assertThat(estimate.stages())
        .extracting(Estimate.Stage::name)
        .containsExactly("teacher", "finetune", "baseline/scratch");
    double student =
        checked.candidates().checked().get(0).blueprint().macs(checked.recipe().input(1));
    assertThat(estimate.stages().get(2).macs()).isEqualTo(2 * 100 * 3 * student);
  }

  @Test
  void withoutATeacherTheStudentIsTrainedAlone() {
    Validation checked = validate(RECIPE, "teacher=", "finetune.objectives=[cross-entropy]");
    assertThat(checked.teacher()).isNull();
    assertThat(Estimate.of(checked, new Estimate.Data(100, 3, 16), 1e9).stages())
        .extracting(Estimate.Stage::name)
        .containsExactly("finetune", "baseline/scratch");
  }

  @Test
  void aStudentOfTheHubIsUncheckedUntilItIsFetched() {
    assertThat(validate(RECIPE, "student={model: some/where}").candidates()).isNull();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "space={sub-spaces: {a: {layers: 1}}}",
            "space: found beside student; allowed: either a student that is given (student), or"
                + " students that are searched (corpus, space, train, search); take one of the two"
                + " out"),
        Arguments.of(
            "corpus={task-train: true}",
            "corpus: found beside student; allowed: with students that are searched; a student"
                + " that is given is trained on the task's examples; take it out"),
        Arguments.of(
            "finetune=",
            "finetune: found nothing; allowed: a mapping that says how the student is trained; add"
                + " the key finetune"),
        Arguments.of(
            "student={}",
            "student.model: found neither model nor architecture; allowed: one of the two; say"
                + " where the student is read from, or what begins at random"),
        Arguments.of(
            "student={model: some/where, initial: teacher}",
            "student.initial: found beside model; allowed: with architecture; a model begins with"
                + " its own weights; take it out"),
        Arguments.of(
            "student.family=bert",
            "student.family: found bert beside an architecture of the family distilbert; allowed:"
                + " with model; take it out"),
        Arguments.of(
            "teacher.architecture=resnet:depth=1/1,width=8/8,classes=3",
            "teacher.architecture: found a network of the family resnet; allowed: one that tells"
                + " texts apart, as those of the family distilbert; give another teacher"),
        Arguments.of(
            "student.architecture=" + STUDENT.replace("classes=3", "classes=4"),
            "student.architecture: found 4 classes; allowed: 3, the labels of the task authors;"
                + " write classes=3"),
        Arguments.of(
            "student.architecture=" + STUDENT.replace("vocabulary=8", "vocabulary=9"),
            "student.architecture: found 9 pieces, where the teacher has 8; allowed: one that reads"
                + " the same text; write vocabulary=8"),
        Arguments.of(
            "student.architecture=" + STUDENT.replace("positions=16", "positions=12"),
            "sequence: found 16; allowed: at most 12, the student's positions; shorten it"),
        Arguments.of(
            "student.initial=teacher",
            "student.initial: found teacher for " + STUDENT + ", whose family is not the teacher's,"
                + " bert; allowed: a student that can be cut from it; write initial: random"),
        Arguments.of(
            "finetune.baselines=[teacher-slices]",
            "finetune.baselines: found teacher-slices for " + STUDENT + ", whose family is not the"
                + " teacher's, bert; allowed: scratch; take it out"),
        Arguments.of(
            "finetune.freeze=[nothing.*]",
            "finetune.freeze[0]: found nothing.*, which no tensor of " + STUDENT
                + " is called; allowed: names such as distilbert.embeddings.word_embeddings.weight,"
                + " in which * stands for anything"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatDoesNotFitIsSaid(String override, String message) {
    assertThat(mistakes(override)).containsExactly(message);
  }

  @Test
  void aSliceIsNoLargerThanItsTeacher() {
    assertThat(validate(RECIPE, "student={architecture: \"" + BERT + "\", initial: teacher}"))
        .isNotNull();
    assertThat(mistakes("student={architecture: \"" + BERT.replace("layers=1", "layers=5")
            + "\", initial: teacher}"))
        .singleElement()
        .asString()
        .contains("whose layers 5 exceeds the teacher's 4; allowed: a student that can be cut");
  }

  @Test
  void withoutATeacherNothingReadsOne() {
    assertThat(mistakes("teacher=", "student.initial=teacher"))
        .containsExactly(
            "finetune.objectives[1].kd: found an objective that reads a teacher; allowed here:"
                + " those that do not, as the recipe has none; add teacher, or write cross-entropy",
            "finetune.objectives[2].hidden-state: found an objective that reads a teacher; allowed"
                + " here: those that do not, as the recipe has none; add teacher, or write"
                + " cross-entropy",
            "student.initial: found teacher without one; allowed: random; add teacher");
    assertThat(mistakes("teacher=", "tokenizer=", "teachers={a: {model: b}}"))
        .contains(
            "teachers: found without teacher; allowed: beside it; call the first one teacher");
  }

  @Test
  void bothReadTheSamePieces() throws IOException {
    String words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nx\ny\n";
    model("one", words + "z\n");
    model("two", words + "w\n");
    assertThat(validate(RECIPE, "teacher={model: one}", "student={model: one}")).isNotNull();
    assertThat(mistakes("teacher={model: one}", "student={model: two}"))
        .containsExactly("student.model: found a vocabulary whose piece 7 is w, where the teacher's"
            + " is z; allowed: one that reads the same text; give a student with the teacher's"
            + " tokenizer");
  }

  private static void model(String name, String vocabulary) throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name + "/vocab.txt"), vocabulary);
    Files.writeString(
        folder.resolve(name + "/architecture.json"), "{\"architecture\": \"" + BERT + "\"}");
  }

  @Test
  void neitherSpaceNorStudentIsSaid() {
    assertThat(mistakes("student="))
        .contains("space: found nothing; allowed: a mapping with sub-spaces, dimensions or preset;"
            + " or student, one that is given; add the key space");
  }

  @Test
  void aWriterLearnsOnWhatItsTeacherWritesOrOnText() {
    assertThat(Recipes.read(Recipes.GIVEN_WRITER).recipe().corpus().generated()).isNotNull();
    assertThat(Recipes.mistakes(Recipes.GIVEN_WRITER, "data=text"))
        .singleElement()
        .asString()
        .contains("corpus: found text that the teacher writes beside text of the task");
    assertThat(Recipes.mistakes(Recipes.GIVEN_WRITER, "corpus="))
        .singleElement()
        .asString()
        .contains("corpus: found no text of the task");
    assertThat(Recipes.mistakes(Recipes.GIVEN_WRITER, "teacher="))
        .singleElement()
        .asString()
        .contains("found text that a teacher writes without a teacher");
  }
}
