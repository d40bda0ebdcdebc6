package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.distill.objective.Objectives;
import dev.retort.space.Architecture;
import dev.retort.space.InputShape;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ValidationTest {
  private static final String RECIPE =
      """
      retort: 1
      task: {name: authors, labels: labels.txt, train: train.tsv, dev: train.tsv}
      sequence: 16
      tokenizer: {vocabulary: vocab.txt}
      teacher:
        architecture: bert:layers=4,hidden=64,heads=4,ratio=4,head-size=16,vocabulary=8,\
      positions=16,classes=3,pooling=first
        train: {objectives: [cross-entropy]}
      corpus: {task-train: true}
      space:
        constraint: hf-bert
        sub-spaces:
          tiny: {layers: 1..2, hidden: [16, 32], ratio: 2..4}
          small: {layers: 2..4, hidden: [48, 64], ratio: 2..4}
      train:
        objectives:
          - self-attention-relation: {heads: 8}
          - kd
      search: {budget: {flops: 50%}}
      finetune:
        objectives: [cross-entropy, {nkd: {gamma: 1.5}}]
        compare: {uskd: [cross-entropy, uskd]}
        baselines: [scratch]
      export: [hugging-face]
      """;

  private static final String IMAGES =
      """
      retort: 1
      task: mnist
      data: .
      teacher: {architecture: "resnet:depth=2/2,width=8/16,channels=1,resolution=28", train: {}}
      corpus: {task-train: true}
      space:
        family: resnet
        fixed: {width: 8/16}
        sub-spaces: {tiny: {depth: {per-stage: 1..2}}}
      search: {budget: {macs: 50%}}
      """;

  @TempDir
  static Path folder;

  @BeforeAll
  static void writeFiles(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\n");
    Files.writeString(folder.resolve("train.tsv"), "a\tx\n");
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nx\ny\nz\n");
    Files.writeString(folder.resolve("two.txt"), "a\nb\n");
    Files.createDirectories(folder.resolve("empty"));
  }

  private static Validation validate(String text, String... overrides) {
    return Validation.of(
        RecipeReader.parse("r.yaml", text, folder, List.of(overrides)),
        Objectives::create,
        name -> Optional.empty());
  }

  private static List<String> mistakes(String text, String... overrides) {
    RecipeErrors errors = catchThrowableOfType(RecipeErrors.class, () -> validate(text, overrides));
    return Objects.requireNonNull(errors, "The recipe is accepted").mistakes().stream()
        .map(Mistake::toString)
        .map(line -> line.replace(folder.toAbsolutePath().toString(), "FOLDER"))
        .toList();
  }

  @Test
  void aRecipeThatFitsGivesTeacherPartitionAndBudgets() {
    Validation validation = validate(RECIPE);
    Architecture teacher = Objects.requireNonNull(validation.teacher());
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 12", "small 18");
    assertThat(validation.partition().subSpaces().get(0).space().largest().toString())
        .isEqualTo("bert:layers=2,hidden=32,heads=2,ratio=4,head-size=16,vocabulary=8,positions=16,"
            + "classes=3,pooling=first");
    long flops = 2 * teacher.blueprint().macs(new InputShape(1, 16));
    assertThat(validation.budgets().get("budget")).hasToString("flops <= " + flops / 2);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "task.labels=no.txt",
            "task.labels: found no file FOLDER/no.txt; allowed: a"
                + " file; a relative path is looked up beside the recipe, then in the working"
                + " directory"),
        Arguments.of(
            "task.train=empty",
            "task.train: found the folder FOLDER/empty; allowed: a"
                + " file; a relative path is looked up beside the recipe, then in the working"
                + " directory"),
        Arguments.of(
            "sequence=17",
            "sequence: found 17; allowed: at most 16, the teacher's" + " positions; shorten it"),
        Arguments.of(
            "task.labels=two.txt",
            "teacher.architecture: found 3 classes; allowed: 2, the"
                + " labels of the task authors; write classes=2"),
        Arguments.of("tokenizer.vocabulary=two.txt", "tokenizer.vocabulary: "),
        Arguments.of(
            "tokenizer=",
            "tokenizer: found nothing; allowed: a vocabulary, as a teacher"
                + " trained from scratch has no folder with one; add tokenizer: {vocabulary:"
                + " FILE}"),
        Arguments.of("space.constraint=hf-bart", "space.constraint[0]: No constraint (hf-bart);"),
        Arguments.of(
            "space.sub-spaces.tiny.layers=2..x",
            "space.sub-spaces.tiny.layers: Expected a"
                + " range (4..7, 128..224/32), a list ([16, 32]), a number or a word, found"
                + " (2..x)"),
        Arguments.of(
            "space.sub-spaces.tiny.layers=5..2",
            "space.sub-spaces.tiny.layers: A range"
                + " needs a positive step and its larger end last, found (5..2)"),
        Arguments.of(
            "space.sub-spaces.tiny.hidden=[20, 24]",
            "space.sub-spaces.tiny: No" + " architecture is in the space"),
        Arguments.of("space.sub-spaces.tiny={layers: 2, ratio: 2}", "space.sub-spaces.tiny: "),
        Arguments.of(
            "space.fixed.head-size=[16, 32]",
            "space.fixed.head-size: found 2 values;"
                + " allowed: one; what varies belongs into the sub-spaces"),
        Arguments.of(
            "space.sub-spaces.small.layers=2..5",
            "space.sub-spaces.small: found"
                + " bert:layers=5,hidden=48,heads=3,ratio=2,head-size=16,vocabulary=8,positions=16,"
                + "classes=3,pooling=first of the sub-space small, whose layers 5 exceeds the"
                + " teacher's"
                + " 4; allowed with train.initial: teacher: students that can be cut from it;"
                + " narrow"
                + " the sub-space or write train: {initial: random}"),
        Arguments.of(
            "space.sub-spaces.small.ratio=[2, 6]",
            "space.sub-spaces.small: found"
                + " bert:layers=2,hidden=48,heads=3,ratio=6,head-size=16,vocabulary=8,positions=16,"
                + "classes=3,pooling=first of the sub-space small, whose intermediate width 288"
                + " exceeds"
                + " the teacher's 256;"),
        Arguments.of(
            "train.per-sub-space.tiney.steps=3",
            "train.per-sub-space.tiney: found no such"
                + " sub-space; allowed: tiny, small; did you mean tiny?"),
        Arguments.of(
            "search.budget.flops=50 percent",
            "search.budget.flops: Expected a bound such"
                + " as 0.5G, 3M, 1e9, 440MiB or 50%, above 0, found (50 percent)"),
        Arguments.of(
            "train.objectives[0].self-attention-relation.heads=12",
            "train.objectives[0].self-attention-relation: "),
        Arguments.of(
            "train.objectives[0].self-attention-relation.head=8",
            "train.objectives[0].self-attention-relation: "),
        Arguments.of(
            "train.objectives[1]=nkd",
            "train.objectives[1].nkd: found an objective that"
                + " reads labels; allowed here: those that do not, as SuperLMs are trained on"
                + " text"
                + " without labels; put it into finetune.objectives"),
        Arguments.of("train.objectives[1]=kdd", "train.objectives[1].kdd: No objective (kdd);"),
        Arguments.of(
            "teacher.train.objectives[0]=nkd",
            "teacher.train.objectives[0].nkd: found an"
                + " objective that reads a teacher; allowed here: those that do not, as this"
                + " trains the"
                + " teacher; put it into train or finetune"),
        Arguments.of("finetune.objectives[1].nkd.gamma=-1", "finetune.objectives[1].nkd: "));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatDoesNotFitIsFound(String override, String message) {
    assertThat(mistakes(RECIPE, override)).anyMatch(line -> line.contains(": " + message));
  }

  @Test
  void aSpaceOfOtherBertsIsNotExportedToHuggingFace() {
    assertThat(mistakes(
            RECIPE,
            "space.constraint=",
            "space.sub-spaces.tiny.heads=2",
            "space.sub-spaces.small.heads=4"))
        .containsExactly(
            refusedExport("tiny", "layers=1,hidden=16,heads=2", "2 x 16 = 32", 16),
            refusedExport("small", "layers=2,hidden=48,heads=4", "4 x 16 = 64", 48));
  }

  private static String refusedExport(String sub, String student, String wide, int hidden) {
    return "r.yaml:23:9: export: found hugging-face with the sub-space " + sub
        + ", but not every student of it can be written so: Student bert:" + student
        + ",ratio=2,head-size=16,vocabulary=8,positions=16,classes=3,pooling=first cannot be"
        + " written as a Hugging Face folder: its attention is heads x head-size = " + wide
        + " wide, its hidden size is " + hidden + ", and Hugging Face's BERT has the two equal."
        + " Set the dimension heads or head-size, or search with `constraint: hf-bert`, which"
        + " leaves only students that fit; other exports take this one.";
  }

  @Test
  void everyMistakeIsListedTogether() {
    assertThat(mistakes(
            RECIPE.replace("labels.txt", "no.txt").replace("kd\n", "kdd\n"),
            "search.budget.flops=x",
            "space.sub-spaces.tiny.layers=x..2"))
        .hasSize(4);
  }

  @Test
  void anObjectiveThatReadsWhatANetworkDoesNotHaveIsFound() {
    assertThat(mistakes(IMAGES, "train.objectives=[self-attention-relation]"))
        .anyMatch(line -> line.contains("train.objectives[0].self-attention-relation: "
                + "self-attention-relation reads the attention of layers, which resnet:")
            && line.endsWith("does not have; choose an objective of features or of logits"))
        .hasSize(2);
    assertThat(mistakes(IMAGES, "train.objectives=[{hidden-state: {feature: hidden2}}]"))
        .anyMatch(line -> line.endsWith("train.objectives[0].hidden-state: found an objective that"
            + " reads hidden2, which a network of the family resnet does not have; allowed here:"
            + " those that read what it has, such as kd"));
    assertThat(mistakes(IMAGES)).as("the data are not there").hasSize(1);
  }

  @Test
  void whatIsFrozenMustBeThereAndLeaveSomethingToTrain() {
    assertThat(mistakes(RECIPE, "finetune.freeze=[bert.embedings.*]"))
        .singleElement()
        .asString()
        .contains("finetune.freeze[0]: found bert.embedings.*, which no tensor of bert:")
        .contains("names such as bert.embeddings.word_embeddings.weight");
    assertThat(mistakes(RECIPE, "finetune.before=[{freeze: ['*']}]"))
        .singleElement()
        .asString()
        .contains("finetune.before[0].freeze: found every tensor of bert:");
    validate(RECIPE, "finetune.before=[{freeze: ['bert.*'], epochs: 1}]");
  }

  @Test
  void outputsOfExamplesThatAreAlteredCannotBeKept() {
    validate(RECIPE, "teacher.cache=kept");
    assertThat(mistakes(RECIPE, "teacher.cache=kept", "train.mask-inputs=0.1"))
        .singleElement()
        .asString()
        .contains("train.mask-inputs: found examples altered at random beside a teacher's cache");
  }

  @Test
  void teachersThatObjectivesNameMustBeThere() {
    assertThat(mistakes(RECIPE, "finetune.objectives=[{kd: {teacher: large}}]"))
        .singleElement()
        .asString()
        .endsWith("finetune.objectives[0].kd.teacher: found large; allowed: teacher; teachers has"
            + " further ones");
    assertThat(mistakes(
            RECIPE,
            "teachers.both.ensemble=[teacher, tacher]",
            "finetune.objectives=[{kd: {teacher: both}}]"))
        .singleElement()
        .asString()
        .contains(
            "teachers.both.ensemble: found the member tacher; allowed: teacher; did you mean");
    assertThat(mistakes(
            RECIPE,
            "teachers.both.ensemble=[teacher]",
            "finetune.objectives=[{hidden-state: {teacher: both}}]"))
        .singleElement()
        .asString()
        .contains("found the ensemble both for an objective that reads hidden")
        .endsWith("an ensemble has logits alone");
  }

  @Test
  void whatNeedsATaskSaysSo() {
    assertThat(mistakes(RECIPE, "task="))
        .extracting(line -> line.replaceAll("^[^ ]* ", ""))
        .contains(
            "corpus.task-train: found without a task; allowed: beside a task; add task and data",
            "teacher.train: found without a task; allowed: beside a task; add task and data",
            "finetune: found without a task; allowed: beside a task; add task and data");
  }

  @Test
  void presetsAndPartitionsAreBuilt() {
    String cut = RECIPE.substring(0, RECIPE.indexOf("  sub-spaces"))
        + "  dimensions: {layers: 1..4, hidden: [16, 32, 48], ratio: 2..4}\n"
        + "  partition: {into: 3}\n"
        + RECIPE.substring(RECIPE.indexOf("train:\n  objectives"));
    assertThat(Objects.requireNonNull(validate(cut).partition()).subSpaces())
        .extracting(sub -> sub.name())
        .containsExactly("part-1", "part-2", "part-3");
    assertThat(mistakes(cut, "space.partition.into=100"))
        .singleElement()
        .asString()
        .startsWith("--set space.partition.into: space.partition.into: ");
    String preset =
        Recipes.SHORT.replaceFirst("(?s)  sub-spaces.*ratio: 2..4}", "  preset: autodistil");
    assertThat(mistakes(preset)).singleElement().asString().contains("corpus.text: found no file");
    assertThat(mistakes(preset.replace("autodistil", "autodistill")))
        .anyMatch(line -> line.contains("space.preset: No preset (autodistill)"));
    assertThat(mistakes(preset.replace("autodistil", "autoformer")))
        .anyMatch(line -> line.contains("space.preset: Preset (autoformer) is of family (vit)"));
  }

  @Test
  void aBudgetThatNoMemberMeetsIsRefusedWithTheNearestCosts() {
    RecipeErrors errors = catchThrowableOfType(
        RecipeErrors.class, () -> validate(RECIPE, "search.budget={macs: 10}"));
    assertThat(Objects.requireNonNull(errors).kind()).isEqualTo(UserException.Kind.NO_STUDENT);
    assertThat(errors)
        .hasMessageContaining("search.budget: No student meets the budget (macs <= 10)")
        .hasMessageContaining("every one of the 30 architectures")
        .hasMessageContaining("least parameters, macs");
    assertThat(mistakes(RECIPE, "search.budget={macs: 10}", "train.objectives=[kdd]"))
        .as("beside another mistake")
        .hasSizeGreaterThan(1);
  }

  @Test
  void keysOfImagesAreForeignToText() {
    assertThat(mistakes(RECIPE, "train.recalibrate=3", "teacher.train.augment={flip: true}"))
        .containsExactlyInAnyOrder(
            "--set train.recalibrate: train.recalibrate: found a key that belongs to images; the"
                + " family of space looks at text; take it out",
            "--set teacher.train.augment: teacher.train.augment: found a key that belongs to"
                + " images; the family of space looks at text; take it out");
  }

  @Test
  void anEstimateFollowsItsRule() {
    Validation validation = validate(RECIPE, "train.steps=10", "train.batch=2");
    Estimate estimate = Estimate.of(validation, new Estimate.Data(100, 3, 16), 1e9);
    assertThat(estimate.stages())
        .extracting(Estimate.Stage::name)
        .containsExactly(
            "teacher", "train/tiny", "train/small", "search", "finetune", "baseline/scratch");
    Architecture teacher = Objects.requireNonNull(validation.teacher());
    long macs = teacher.blueprint().macs(new InputShape(1, 16));
    assertThat(estimate.stages().get(0).macs()).isEqualTo(3.0 * 3 * 100 * macs);
    assertThat(estimate.stages().get(0).seconds()).isEqualTo(9.0 * 100 * macs / 1e9);
    assertThat(estimate.stages().get(0).bytes())
        .isGreaterThan(16 * teacher.blueprint().parameters());
    assertThat(estimate.seconds()).isPositive();
    assertThat(estimate.toString().lines().collect(Collectors.toList())).hasSize(6);
  }
}
