package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.distill.objective.Objectives;
import dev.retort.space.InputShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recipe about language models may say, and what it is told where it may not. */
final class LanguageRecipeTest {
  private static final String RECIPE =
      """
      retort: 1
      task: language-model
      data: text
      sequence: 16
      tokenizer: {folder: tokenizer}
      teacher:
        architecture: llama:layers=3,hidden=32,heads=4,groups=2,head-size=8,intermediate=64,\
      vocabulary=300,positions=64,tied=yes
      corpus: {generated: {texts: 10}}
      space:
        family: llama
        sub-spaces: {tiny: {layers: 1..2, hidden: [16, 24], heads: [2, 4], intermediate: 32}}
      search: {budget: {macs: 50%}}
      finetune: {objectives: [cross-entropy, kd], baselines: [scratch]}
      export: [hugging-face]
      """;

  private static Path folder = Path.of("");

  @BeforeAll
  static void writeFiles(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.createDirectories(folder.resolve("text"));
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("tokenizer"));
    Files.writeString(folder.resolve("text/train.txt"), "one\ntwo\nthree\n");
    List<String> tokens = new ArrayList<>();
    for (String special : List.of("<unk>", "\\n<s>\\n", "\\n</s>\\n")) {
      tokens.add(token(tokens.size(), special));
    }
    for (int i = 0; i < 256; i++) {
      tokens.add(token(tokens.size(), String.format(Locale.ROOT, "<0x%02X>", i)));
    }
    Files.write(folder.resolve("tokenizer/tokens.jsonl"), tokens);
  }

  private static String token(int id, String text) {
    return "{\"id\": " + id + ", \"text\": \"" + text + "\", \"score\": 0.0}";
  }

  private static Validation validate(String... overrides) {
    return Validation.of(
        RecipeReader.parse("r.yaml", RECIPE, folder, List.of(overrides)),
        Objectives::create,
        name -> Optional.empty());
  }

  private static List<String> mistakes(String... overrides) {
    RecipeErrors errors = catchThrowableOfType(RecipeErrors.class, () -> validate(overrides));
    return Objects.requireNonNull(errors, "The recipe is accepted").mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void aBudgetIsOfOneTokenBehindOthers() {
    Validation validation = validate("search.cached=50");
    var teacher = Objects.requireNonNull(validation.teacher());
    long macs = teacher.family().cost(teacher, new InputShape(1, 1, 50)).macs();
    assertThat(validation.budgets().get("budget")).hasToString("macs <= " + macs / 2);
    assertThat(validate().recipe().counted()).isEqualTo(new InputShape(1, 1, 15));
  }

  @Test
  void anEstimateIsGivenForTextOfFilesAndOfTheTeacher() {
    Estimate estimate = Estimate.of(
        validate("finetune.compare={plain: cross-entropy}"), new Estimate.Data(10, 0, 16), 1e9);
    assertThat(estimate.stages()).extracting(Estimate.Stage::name).contains("corpus", "finetune");
    assertThat(estimate.seconds()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task=sst-2 | task: found sst-2; allowed: language-model",
        "task={name: a, labels: l, train: text/train.txt} | task.labels: found a key that belongs"
            + " to texts that are told apart; the family of space writes text; take it out",
        "data=empty | data: FOLDER/empty: has neither train.txt nor train.txt.gz",
        "data=none | data: found no folder FOLDER/none; allowed: the folder of train.txt",
        "data= | teacher: found a teacher to be trained, but no text to train it on",
        "teacher.train.labels-per-class=3 | teacher.train.labels-per-class: found a key that"
            + " belongs to texts that are told apart",
        "finetune.word-dropout=0.1 | finetune.word-dropout: found a key that belongs to texts",
        "train.mask-inputs=0.1 | train.mask-inputs: found a key that belongs to texts",
        "train.augment={flip: 0.5} | train.augment: found a key that belongs to images",
        "train.recalibrate=3 | train.recalibrate: found a key that belongs to images",
        "teacher.pooling=mean | teacher.pooling: found a key that belongs to texts",
        "corpus.task-train=true | corpus.text: found several of text, task-train and",
        "corpus.generated= | corpus.text: found none of text, task-train and generated; allowed:",
        "corpus.generated.texts=2 | corpus.generated.texts: found 2; allowed: a whole number"
            + " from 3",
        "corpus.generated.temperature=0 | corpus.generated.temperature: found 0; allowed: a number"
            + " above 0",
        "corpus.generated.top-p=0 | corpus.generated.top-p: found 0; allowed: a number above 0",
        "corpus.generated.tokens=65 | corpus.generated.tokens: found 65; allowed: at most 64",
        "corpus.generated.prompt=abcdefghijklmnop | corpus.generated: found a prompt of 20"
            + " tokens; allowed: fewer than 16",
        "search.cached=64 | search.cached: found 64; allowed: fewer than 64",
        "sequence=65 | sequence: found 65; allowed: at most 64, the teacher's positions",
        "tokenizer= | tokenizer: found nothing; allowed: a folder with a tokenizer",
        "tokenizer.folder=empty | tokenizer.folder: FOLDER/empty",
        "tokenizer.vocabulary=v.txt | tokenizer.vocabulary: found beside folder",
        "evaluate.metrics=accuracy | evaluate.metrics: found accuracy; allowed: perplexity, token",
        "evaluate.test=0 | evaluate.test: found 0; allowed: a count above 0",
        "train.objectives=[self-attention-relation] | self-attention-relation: found an objective"
            + " that relates all tokens of a text to each other",
        "finetune.objectives=[mse] | finetune.objectives[0].mse: ",
        "finetune.objectives=[cross-entropy, uskd] | finetune.objectives[1].uskd: ",
        "train.objectives=[cross-entropy] | train.objectives[0].cross-entropy: found an objective"
            + " that reads labels",
        "space.sub-spaces.tiny.heads=[3] | space.sub-spaces.tiny",
      })
  void whatMakesNoSenseIsRefusedWithTheReason(String override, String expected) {
    assertThat(mistakes(override))
        .extracting(line -> line.replace(folder.toAbsolutePath().toString(), "FOLDER"))
        .anyMatch(line -> line.contains(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train.objectives=[hidden-state, kd]",
        "finetune.objectives=[cross-entropy, nkd]",
        "corpus={text: text/train.txt}",
        "corpus={task-train: true}",
        "corpus.generated.prompt=one",
        "search.cached=0",
        "task={name: mine, train: text/train.txt}"
      })
  void whatMakesSenseIsTaken(String override) {
    String[] overrides =
        override.startsWith("task=") ? new String[] {override, "data="} : new String[] {override};
    assertThat(validate(overrides).partition()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus.generated={}", "search.cached=3", "evaluate.test=5%"})
  void otherRecipesHaveNoKeysOfLanguageModels(String override) {
    assertThat(Recipes.mistakes(Recipes.SHORT, override))
        .anyMatch(line -> line.contains("found a key that belongs to language models; the family of"
            + " space writes no text; take it out"));
    assertThat(Recipes.mistakes(Recipes.IMAGES_SHORT, override))
        .anyMatch(line -> line.contains("belongs to language models"));
  }
}
