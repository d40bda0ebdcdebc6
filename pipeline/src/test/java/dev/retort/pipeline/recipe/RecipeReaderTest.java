package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Families;
import dev.retort.space.Property;
import dev.retort.space.UserException;
import dev.retort.space.text.EncoderFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipeReaderTest {
  private static final String DIMENSIONS = EncoderFamily.BERT.properties().stream()
      .map(Property::name)
      .collect(Collectors.joining(", "));

  /** A key set over the long recipe, and the one mistake that this is. */
  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("retort=2", "found 2; allowed: a whole number from 1 to 1"),
        Arguments.of(
            "seed=1.5",
            "found 1.5; allowed: a whole number from -9223372036854775807 to"
                + " 9223372036854775807"),
        Arguments.of(
            "seed=99999999999999999999",
            "found 99999999999999999999; allowed: a whole"
                + " number from -9223372036854775807 to 9223372036854775807"),
        Arguments.of("device=cuda", "found cuda; allowed: auto, cpu, gpu"),
        Arguments.of("device=[cpu]", "found a list; allowed: auto, cpu, gpu"),
        Arguments.of("precision=fp16", "found fp16; allowed: fp32, bf16; did you mean fp32?"),
        Arguments.of("workers=0", "found 0; allowed: a whole number from 1 to 1024"),
        Arguments.of("workers=\"2\"", "found \"2\"; allowed: a whole number from 1 to 1024"),
        Arguments.of("sequence={}", "found a mapping; allowed: a whole number from 3 to 65536"),
        Arguments.of("tokenizer.lower-case=yes", "found yes; allowed: true or false"),
        Arguments.of("checkpoint.keep=0", "found 0; allowed: a whole number from 1 to 1000"),
        Arguments.of("teacher.train.epochs=0", "found 0; allowed: a number above 0, at most 1e9"),
        Arguments.of(
            "teacher.train.epochs=.nan",
            "found .nan; allowed: a number above 0, at most" + "" + " 1e9"),
        Arguments.of(
            "teacher.train.epochs=.inf",
            "found .inf; allowed: a number above 0, at most" + "" + " 1e9"),
        Arguments.of(
            "teacher.train.epochs=1e999",
            "found 1e999; allowed: a number above 0, at" + " most 1e9"),
        Arguments.of("teacher.train.dropout=1", "found 1; allowed: a number from 0 to below 1"),
        Arguments.of(
            "teacher.train.optimizer.rate=-1e-3",
            "found -1e-3; allowed: a number above 0, below 100"),
        Arguments.of(
            "teacher.train.optimizer.warmup=120%",
            "found 120%: No amount is (120.0%);" + " allowed: a count, or a percentage such as"
                + " 5%"),
        Arguments.of(
            "teacher.train.optimizer.warmup=0.5",
            "found 0.5: No amount is (0.5); allowed:" + " a count, or a percentage such as 5%"),
        Arguments.of(
            "train.optimizer.milestones=[60%, 30%]",
            "found 30%; allowed: steps or shares of all, ascending, such as [30%, 60%, 90%]"),
        Arguments.of(
            "train.optimizer.milestones=[]",
            "found none; allowed with decay: steps: steps or shares of all, ascending, such as"
                + " [30%, 60%, 90%]; say where the rate falls"),
        Arguments.of("train.optimizer.factor=1", "found 1; allowed: a number above 0, below 1"),
        Arguments.of(
            "teacher.train.optimizer.beta1=0.5",
            "found an unknown key; allowed: name,"
                + " warmup, rate, decay, weight-decay, clip, momentum"),
        Arguments.of(
            "teacher.architecture=bert:layers=4,hiden=160",
            "found bert:layers=4,hiden=160:"
                + " Family bert has no dimension (hiden); it has [" + DIMENSIONS + "]; allowed:"
                + " an architecture such as bert:layers=4,hidden=160,heads=10,ratio=4"),
        Arguments.of(
            "teacher.model=some/where",
            "found beside model; allowed: one of the two; take" + " one out"),
        Arguments.of(
            "corpus.text=corpus.txt",
            "found beside text; allowed: one of the two; take" + " one out"),
        Arguments.of(
            "corpus.held-out=100%",
            "found 100%; allowed: a count above 0, or a share"
                + " above 0% and below 100%; the search needs examples that were not"
                + " trained on"),
        Arguments.of(
            "task=sst2",
            "found sst2; allowed: " + String.join(", ", TaskRecipe.NAMES)
                + ", masked-language-model, token-classification; did you mean sst-2?"),
        Arguments.of(
            "data=folder",
            "found beside a task with files of its own; allowed: with a"
                + " task that is given by name; take it out"),
        Arguments.of(
            "space.family=recurrent",
            "found recurrent; allowed: " + String.join(", ", Families.all().keySet())),
        Arguments.of(
            "space.dimensions.heads={}",
            "found no value; allowed: a value, a range such"
                + " as 2..4 or 128..224/32, a list of values, {per-layer: …} or {per-stage:"
                + " …} of these; give"
                + " one"),
        Arguments.of("space.dimensions.width=3", "found an unknown key; allowed: " + DIMENSIONS),
        Arguments.of("space.partition.into=0", "found 0; allowed: a whole number from 1 to 1000"),
        Arguments.of(
            "train.stepz=10",
            "found an unknown key; allowed: steps, batch, accumulate,"
                + " sandwich, slicing, initial, dropout, mask-inputs, optimizer, objectives,"
                + " checkpoint, per-sub-space; did you mean steps?"),
        Arguments.of(
            "train.objectives=[]",
            "found an empty list; allowed: at least one objective;" + " add one"),
        Arguments.of(
            "train.objectives[2].kd.temperature=.inf",
            "found .inf; allowed: a finite"
                + " number, true, false, a word, a list of these, or a map of" + " these"),
        Arguments.of(
            "train.objectives[2].kd.weight=0", "found 0; allowed: a number above 0, at most 1e9"),
        Arguments.of(
            "train.objectives[2].kd.weight={from: 0}",
            "found 0 beside from: 0; allowed: a weight above 0 at one end"),
        Arguments.of(
            "train.objectives[2].kd.weight={to: 2, begin: 9, end: 5}",
            "found 5 before begin: 9; allowed: a later step"),
        Arguments.of(
            "train.objectives[2].kd.label=A.b",
            "found A.b; allowed: up to 40 lower-case letters, digits and dashes"),
        Arguments.of(
            "teachers.teacher.model=some/where",
            "found the name of the first teacher; allowed: other names; choose another"),
        Arguments.of(
            "teachers.both.ensemble=[]",
            "found no teacher; allowed: at least one; name the members"),
        Arguments.of(
            "train.per-sub-space.Big.steps=3",
            "found the name Big; allowed: up to 40"
                + " lower-case letters, digits and dashes; it becomes the name of a folder"),
        Arguments.of("search.budgets.half=50%", "found 50%; allowed: a mapping"),
        Arguments.of(
            "search.budgets.third={}",
            "found no bound; allowed: at least one of"
                + " parameters, macs, flops, weight-bytes, peak-activation-bytes; write {flops:"
                + " 50%}"),
        Arguments.of("search.method.elites=64", "found 64; allowed: a whole number from 1 to 63"),
        Arguments.of(
            "search.objectives=[flops]",
            "found no distillation-loss; allowed:"
                + " distillation-loss, alone or with costs; add it"),
        Arguments.of(
            "finetune.baselines=[scratch, scratch]",
            "found scratch twice; allowed: each" + " once; take one out"),
        Arguments.of("export=onnx", "found onnx; allowed: hugging-face"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void eachBadValueHasItsMessage(String override, String message) {
    assertThat(
            Recipes.mistakes(Recipes.LONG.replace("- kd\n", "- kd: {temperature: 2}\n"), override))
        .singleElement()
        .asString()
        .endsWith(": " + message);
  }

  @Test
  void everyMistakeOfAFileIsListedWithItsLine() {
    String text =
        """
        retort: 1
        sed: 3
        teacher: {model: some/where, train: {epochs: many}}
        corpus:
        space:
          sub-spaces:
            tiny: {layers: 2..4, hiden: 64, ratio: [[1]]}
        train:
          objectives:
            - {kd: {weight: -1}, nkd: {}}
            - nkd: {weight: -1}
        search: {budget: {flop: 50%}}
        finetune: {compare: [a]}
        """;
    assertThat(Recipes.mistakes(text))
        .containsExactly(
            "r.yaml:2:1: sed: found an unknown key; allowed: retort, name, seed, device,"
                + " precision, workers, task, data, sequence, tokenizer, checkpoint, teacher,"
                + " teachers, student, corpus, space, train, search, finetune, evaluate, export,"
                + " output; did you mean seed?",
            "r.yaml:3:46: teacher.train.epochs: found many; allowed: a number above 0, at most"
                + " 1e9",
            "r.yaml:4:8: corpus: found nothing; allowed: a mapping; give a value or take the key"
                + " out",
            "r.yaml:7:26: space.sub-spaces.tiny.hiden: found an unknown key; allowed: " + DIMENSIONS
                + "; did you mean hidden?",
            "r.yaml:7:45: space.sub-spaces.tiny.ratio[0]: found a list; allowed: a value, a"
                + " range such"
                + " as 2..4 or 128..224/32, a list of values, {per-layer: …} or {per-stage:"
                + " …} of these",
            "r.yaml:10:7: train.objectives[0]: found a mapping; allowed: the name of an"
                + " objective, or"
                + " {NAME: {OPTIONS}}",
            "r.yaml:11:21: train.objectives[1].nkd.weight: found -1; allowed: a number above 0,"
                + " at most 1e9",
            "r.yaml:12:19: search.budget.flop: found an unknown key; allowed: parameters, macs,"
                + " flops,"
                + " weight-bytes, peak-activation-bytes; did you mean flops?",
            "r.yaml:13:21: finetune.compare: found a list; allowed: a mapping");
  }

  @Test
  void whatMustBeThereIsNamed() {
    assertThat(Recipes.mistakes("name: x\n"))
        .containsExactly(
            "r.yaml:1:1: retort: found nothing; allowed: retort: 1, the version of the recipe's"
                + " form;"
                + " add the key retort",
            "r.yaml:1:1: teacher: found nothing; allowed: a mapping with model or architecture;"
                + " add the"
                + " key teacher",
            "r.yaml:1:1: corpus: found nothing; allowed: a mapping with text: FILE or"
                + " task-train: true;"
                + " add the key corpus",
            "r.yaml:1:1: space: found nothing; allowed: a mapping with sub-spaces, dimensions or"
                + " preset; or student, one that is given;"
                + " add the key space",
            "r.yaml:1:1: search: found nothing; allowed: a mapping with budgets or budget; add"
                + " the key"
                + " search");
  }

  @Test
  void theMessageOfSeveralMistakesListsThem() {
    assertThatThrownBy(() -> Recipes.read(Recipes.SHORT, "seed=x", "workers=0"))
        .isInstanceOf(RecipeErrors.class)
        .hasMessage("2 mistakes in the recipe:"
            + "\n  --set seed: seed: found x; allowed: a whole number from -9223372036854775807"
            + " to"
            + " 9223372036854775807"
            + "\n  --set workers: workers: found 0; allowed: a whole number from 1 to 1024")
        .extracting(error -> ((UserException) error).kind().exitCode())
        .isEqualTo(2);
  }

  @Test
  void aMissingFileIsBadInput() {
    assertThatThrownBy(() -> RecipeReader.read(Path.of("no-such.yaml"), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("No recipe no-such.yaml in ")
        .extracting(error -> ((UserException) error).kind().exitCode())
        .isEqualTo(3);
  }

  @Test
  void defaultsAreFilledIn() {
    Recipe recipe = Recipes.read(Recipes.SHORT).recipe();
    assertThat(recipe.seed()).isEqualTo(17);
    assertThat(Recipes.searched(recipe).train().objectives())
        .extracting(Term::name)
        .containsExactly("self-attention-relation", "kd");
    assertThat(Recipes.searched(recipe).search().budgets())
        .isEqualTo(ImmutableMap.of("budget", ImmutableMap.of("flops", "50%")));
    assertThat(recipe.finetune()).isNull();
    assertThat(Objects.requireNonNull(recipe.teacher()).train()).isNull();
  }

  @Test
  void whatAStageLeavesOutItInherits() {
    Recipe recipe = Recipes.read(Recipes.LONG).recipe();
    TrainRecipe own = Recipes.searched(recipe).train().of("part-1");
    assertThat(own.steps()).isEqualTo(900);
    assertThat(own.optimizer().clip()).isEqualTo(0.5);
    assertThat(own.optimizer().rate()).isEqualTo(1e-5);
    assertThat(own.objectives()).isEqualTo(Recipes.searched(recipe).train().objectives());
    assertThat(Recipes.searched(recipe).train().of("part-2").steps()).isEqualTo(300);
    FinetuneRecipe finetune = Objects.requireNonNull(recipe.finetune());
    assertThat(finetune.baseline("scratch").epochs()).isEqualTo(10);
    assertThat(finetune.baseline("scratch").labelsPerClass()).isEqualTo(100);
    assertThat(finetune.baseline("scratch").objectives())
        .extracting(Term::name)
        .containsExactly("cross-entropy");
    assertThat(finetune.baseline("teacher-slices").epochs()).isEqualTo(3);
    assertThat(finetune.train().checkpoint()).isEqualTo(new CheckpointRecipe(50, 3));
  }

  @Test
  void optionsKeepTheirTypes() {
    Recipe recipe = Recipes.read(
            Recipes.SHORT,
            "train.objectives=[{kd: {a: 2, b: 0.5, c: true, d:"
                + " \"2\", e: [x, 1], f: 1e-3, g: 2..4, weight: 3}}]")
        .recipe();
    Term term = Recipes.searched(recipe).train().objectives().get(0);
    assertThat(term.weight()).isEqualTo(WeightRecipe.constant(3));
    assertThat(term.options())
        .isEqualTo(ImmutableMap.of(
            "a",
            2L,
            "b",
            0.5,
            "c",
            true,
            "d",
            "2",
            "e",
            List.of("x", 1L),
            "f",
            0.001,
            "g",
            "2..4"));
  }

  @Test
  void aRelativePathIsLookedUpBesideTheRecipeFirst() {
    Recipe recipe = Recipes.read(Recipes.SHORT, "corpus.text=pom.xml").recipe();
    assertThat(recipe.corpus().text()).isEqualTo(Path.of("pom.xml").toAbsolutePath());
    assertThat(Recipes.read(Recipes.SHORT).recipe().corpus().text())
        .isEqualTo(Path.of("recipes/corpus.txt").toAbsolutePath());
  }

  @Test
  void aMistakeCanBePlacedAtAnyKey() {
    RecipeFile file = Recipes.read(Recipes.LONG, "train.steps=5");
    assertThat(
            file.position("train.objectives[0].self-attention-relation.heads").line())
        .isEqualTo(35);
    assertThat(file.position("train.steps")).isEqualTo(Position.of("--set train.steps"));
    assertThat(file.position("train.optimizer.clip")).isEqualTo(file.position("train.optimizer"));
    assertThat(file.position("evaluate.batch").line()).isEqualTo(52);
  }
}
