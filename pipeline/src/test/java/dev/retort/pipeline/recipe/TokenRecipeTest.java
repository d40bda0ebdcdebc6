package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.distill.objective.Objectives;
import dev.retort.space.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What recipes may say that ask for single words, and what they are told where they may not. */
final class TokenRecipeTest {
  private static final String RECIPE =
      """
      retort: 1
      task: masked-language-model
      data: text
      sequence: 16
      tokenizer: {vocabulary: vocab.txt}
      teacher:
        architecture: bert:layers=3,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=7,\
      positions=16,head=words
      corpus: {task-train: true}
      space:
        sub-spaces: {tiny: {layers: 1..2, hidden: [16, 32], ratio: 1..2}}
        constraint: hf-bert
      search: {budget: {macs: 50%}}
      finetune: {objectives: [cross-entropy, kd], baselines: [scratch]}
      export: [hugging-face]
      """;

  private static final String TAGS = "task={kind: token-classification, name: t, train: t.conll}";
  private static final String TAGGER = "teacher.architecture=bert:layers=3,hidden=32,heads=2,"
      + "ratio=2,head-size=16,vocabulary=7,positions=16,head=tokens,classes=2";

  private static Path folder = Path.of("");

  @BeforeAll
  static void writeFiles(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.createDirectories(folder.resolve("text"));
    Files.createDirectories(folder.resolve("parts/train"));
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("text/train.txt"), "one\ntwo\nthree\n");
    Files.writeString(folder.resolve("parts/train/a.txt"), "one\n\ntwo\n");
    Files.writeString(
        folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\none\ntwo\n");
    Files.writeString(folder.resolve("t.conll"), "one B-X\ntwo O\n");
    Files.writeString(folder.resolve("one.conll"), "one O\n");
    Files.writeString(folder.resolve("broken.conll"), "one B-X\ntwo\n");
    Files.writeString(folder.resolve("labels.txt"), "O\nB-X\nO\n");
    Files.createDirectories(folder.resolve("letters"));
    Files.writeString(folder.resolve("letters/vocab.json"), "{\"a\": 0, \"b\": 1}");
    Files.writeString(folder.resolve("letters/merges.txt"), "#version: 0.2\n");
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
        .map(each -> each.toString().replace(folder.toAbsolutePath().toString(), "FOLDER"))
        .toList();
  }

  @Test
  void theTaskSaysWhatARecipeIsAbout() {
    assertThat(validate().recipe().subject()).isEqualTo(Subject.WORDS);
    assertThat(validate(TAGS, TAGGER, "data=").recipe().subject()).isEqualTo(Subject.TAGS);
    assertThat(
            validate("task={kind: masked-language-model, masked: 0.4}").recipe().task())
        .isEqualTo(new TaskRecipe.Masked("masked-language-model", 0.4, null, null, null));
    Estimate estimate = Estimate.of(validate(), new Estimate.Data(10, 0, 16), 1e9);
    assertThat(estimate.seconds()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task=masked | task: found masked; allowed: sst-2, cola,",
        "task={kind: instructions, name: a} | task.kind: found instructions; allowed:"
            + " classification, masked-language-model, token-classification",
        "task={kind: masked-language-model, masked: 0} | task.masked: found 0; allowed: a number"
            + " above 0, at most 1",
        "task={kind: masked-language-model, labels: labels.txt} | task.labels: found a key that"
            + " belongs to kind: classification",
        "task={kind: masked-language-model, dev: t.conll} | task.dev: found without train; allowed:"
            + " beside train",
        "task={kind: masked-language-model, train: text} | task.name: found nothing; allowed: the"
            + " task's name in reports; add the key name to task",
        "task={kind: masked-language-model, name: a, train: text} | data: found beside a task with"
            + " files of its own",
        "data= | task: found masked-language-model without data; allowed: with the folder",
        "data=empty | data: FOLDER/empty: has neither train.txt nor train.txt.gz",
        "data=none | data: found no folder FOLDER/none; allowed: the folder of train.txt",
        "teacher.train.labels-per-class=3 | belongs to texts that are told apart; the task of the"
            + " recipe asks for single words; take it out",
        "teacher.train.word-dropout=0.1 | teacher.train.word-dropout: found a key that belongs to",
        "train.mask-inputs=0.1 | train.mask-inputs: found a key that belongs to texts",
        "search.cached=3 | search.cached: found a key that belongs to language models",
        "corpus.generated={} | corpus.generated: found a key that belongs to language models",
        "corpus.documents=page | corpus.documents: found page; allowed: line, blank-line, file",
        "corpus={text: empty} | corpus.text: FOLDER/empty: has no .txt or .txt.gz file",
        "evaluate.metrics=accuracy | evaluate.metrics: found accuracy; allowed: perplexity,",
        "finetune.objectives=[mse] | finetune.objectives[0].mse: found an objective that takes"
            + " labels for scores",
        "finetune.objectives=[cross-entropy, uskd] | finetune.objectives[1].uskd: found an"
            + " objective that reads one state of each text beside its logits",
        "train.objectives=[cross-entropy] | train.objectives[0].cross-entropy: found an objective"
            + " that reads labels",
        "tokenizer={folder: letters} | tokenizer.folder: found a tokenizer without a mask token;"
            + " allowed: one with it",
        "teacher.architecture=bert:layers=3,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=7,"
            + "positions=16 | teacher.architecture: found head=classes; allowed: head=words, since"
            + " the task asks for single words; write head=words",
      })
  void whatMakesNoSenseOfMaskedWordsIsRefused(String override, String expected) {
    assertThat(mistakes(override)).anyMatch(line -> line.contains(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task.train=one.conll | task.train: FOLDER/one.conll: has one tag ([O]); two or more",
        "task.train=broken.conll | task.train: FOLDER/broken.conll:2: a word and its tag are",
        "task.train=none | task.train: found no file FOLDER/none; allowed: a file",
        "task.labels=labels.txt | task.train: FOLDER/labels.txt:3: 'O' stands there already",
        "teacher.architecture=bert:layers=3,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=7,"
            + "positions=16,head=tokens,classes=5 | teacher.architecture: found 5 classes; allowed:"
            + " 2, the tags of the task; write classes=2",
        "evaluate.metrics=perplexity | evaluate.metrics: found perplexity; allowed: entity-f1,",
        "finetune.labels-per-class=3 | finetune.labels-per-class: found a key that belongs to",
      })
  void whatMakesNoSenseOfTaggedWordsIsRefused(String override, String expected) {
    assertThat(mistakes(TAGS, TAGGER, "data=", override)).anyMatch(line -> line.contains(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "corpus={text: text, documents: file}",
        "corpus={text: text/train.txt, documents: blank-line}",
        "data=parts",
        "train.objectives=[hidden-state, kd]",
        "finetune.objectives=[cross-entropy, nkd]",
        "evaluate.test=1",
      })
  void whatMakesSenseIsTaken(String override) {
    assertThat(validate(override).partition()).isNotNull();
  }

  @Test
  void aTeacherGetsTheHeadOfItsTask() {
    Architecture plain = Architecture.parse(
        "bert:layers=3,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=7,classes=0,pooling=mean");
    Architecture words = EncoderHead.WORDS.on(plain, 0);
    assertThat(words.word("head")).isEqualTo("words");
    assertThat(EncoderHead.WORDS.on(words, 0)).isSameAs(words);
    Architecture tags = EncoderHead.TAGS.on(words, 5);
    assertThat(tags.word("head")).isEqualTo("tokens");
    assertThat(tags.integer("classes")).isEqualTo(5);
    assertThat(EncoderHead.TAGS.on(tags, 3).integer("classes")).isEqualTo(3);
  }
}
