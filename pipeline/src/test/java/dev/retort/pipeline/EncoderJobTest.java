package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Tokenizer;
import dev.retort.supernet.format.HuggingFaceFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole jobs with encoders that are not BERT, and with a tokenizer that is not WordPiece. */
class EncoderJobTest {
  @ParameterizedTest
  @ValueSource(strings = {"distilbert", "roberta"})
  void anotherFamilyWithAnotherTokenizerGoesTheSameWay(String family, @TempDir Path folder) {
    Path recipe = SmallJob.write(folder.resolve("job"));
    SmallLanguageJob.write(folder.resolve("words"), "");
    RunResult result = Retort.recipe(
            recipe,
            "sequence=24",
            "tokenizer={folder: " + folder.resolve("words/tokenizer") + "}",
            "space.family=" + family,
            "teacher.architecture=" + family + ":layers=2,hidden=32,heads=2,ratio=2,head-size=16,"
                + "vocabulary=287,positions=26,classes=3",
            "teacher.train.epochs=1",
            "teacher.train.word-dropout=0",
            "train.steps=5",
            "search.budgets=",
            "search.budget={parameters: 30k}",
            "search.fidelity=0",
            "finetune.epochs=1",
            "export=[hugging-face]")
        .run(folder.resolve("run"));
    assertThat(result.students()).hasSize(1).allSatisfy(student -> {
      Path export = student.folder().resolve("../../exports/hugging-face").normalize();
      try (NDManager manager = NDManager.newBaseManager()) {
        assertThat(HuggingFaceFolder.read(export, manager).weights().architecture())
            .isEqualTo(student.architecture());
      }
      assertThat(Tokenizer.read(export).ids("the whale"))
          .isEqualTo(Tokenizer.read(folder.resolve("words/tokenizer")).ids("the whale"));
    });
  }

  /** Its layers choose dimensions that no other family has. */
  @Test
  void mobileBertGoesTheSameWay(@TempDir Path folder) {
    Path recipe = SmallJob.write(folder.resolve("job"));
    RunResult result = Retort.recipe(
            recipe,
            "space.family=mobilebert",
            "space.constraint=",
            "space.sub-spaces={narrow: {layers: 1..2, hidden: [16, 32], bottleneck: [16],"
                + " heads: [2], head-size: [8], intermediate: [32], feed-forwards: 1..2}}",
            "teacher.architecture=mobilebert:layers=2,hidden=32,heads=2,head-size=8,bottleneck=16,"
                + "intermediate=32,feed-forwards=3,embedding=12,vocabulary=28,positions=16,"
                + "classes=3,norm=layer",
            "teacher.train.epochs=1",
            "train.steps=5",
            "search.budgets=",
            "search.budget={parameters: 70%}",
            "search.fidelity=0",
            "finetune.epochs=1",
            "export=[hugging-face]")
        .run(folder.resolve("run"));
    assertThat(result.students()).hasSize(1).allSatisfy(student -> {
      Path export = student.folder().resolve("../../exports/hugging-face").normalize();
      try (NDManager manager = NDManager.newBaseManager()) {
        assertThat(HuggingFaceFolder.read(export, manager).weights().architecture())
            .isEqualTo(student.architecture());
      }
    });
  }
}
