package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextTableTest {
  private static final TextTable TASK = new TextTable("wood", ImmutableList.of("oak", "elm"));

  private final Path folder;

  TextTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void readsLabelsAndLines() throws IOException {
    TestFiles.write(folder, "labels.txt", "oak\nelm\n");
    TestFiles.write(folder, "train.tsv.gz", "elm\tA \"leaf\".\noak\tA root.\n");
    TextTable task = TextTable.open("wood", folder);
    assertThat(task).isEqualTo(TASK);
    assertThat(task.readLabeled(task.file(folder, Task.Split.TRAIN)))
        .containsExactly(LabeledText.of("A \"leaf\".", 1), LabeledText.of("A root.", 0));
  }

  @Test
  void everyMistakeHasItsOwnMessage() throws IOException {
    refused("oak\ta\nash\tb\n", ":2: ", "the label 'ash' is unknown. Allowed: oak, elm.");
    refused("oak a\n", ":1: ", "has 1 columns where 2 are expected");
    refused("oak\ta\tb\n", ":1: ", "has 3 columns where 2 are expected");
    refused("oak\t \n", ":1: ", "the text is empty");
    refused("oak\ta\n\n", ":2: ", "the line is empty");
    refused("", "", "is empty");
    refusedLabels("oak\nelm\noak\n", ":3: ", "'oak' stands in line 1 already");
    refusedLabels("oak\n\nelm\n", ":2: ", "a label is expected");
    refusedLabels("oak\n", "", "has one label");
  }

  @Test
  void aCorpusLeavesBlankLinesOutAndHandsOnEveryText() throws IOException {
    Path file = TestFiles.write(folder, "text.txt.gz", "one\n\ntwo\r\n \nthree");
    List<Integer> sizes = new ArrayList<>();
    new TextCorpus(file).forEach(2, texts -> sizes.add(texts.size()));
    assertThat(sizes).containsExactly(2, 1);
    assertThat(new TextCorpus(file).texts()).containsExactly("one", "two", "three");
    TextCorpus blank = new TextCorpus(TestFiles.write(folder, "blank.txt", "\n \n"));
    TestFiles.assertRefused(blank::texts, "blank.txt: ", "has blank lines only");
  }

  @Test
  void documentsOfACorpusMayBeParagraphsOrFilesOfAFolder() throws IOException {
    Path corpus = folder.resolve("corpus");
    Files.createDirectories(corpus.resolve("inner"));
    TestFiles.write(corpus, "b.txt", "\none\ntwo\n\n\nthree\n\n");
    TestFiles.write(corpus, "inner/c.txt.gz", "four\r\n");
    TestFiles.write(corpus, "a.md", "not a text file");
    assertThat(new TextCorpus(corpus).texts()).containsExactly("one", "two", "three", "four");
    assertThat(new TextCorpus(corpus, TextCorpus.Documents.BLANK_LINE).texts())
        .containsExactly("one\ntwo", "three", "four");
    assertThat(new TextCorpus(corpus, TextCorpus.Documents.FILE).texts())
        .containsExactly("one\ntwo\n\n\nthree", "four");
    Path none = Files.createDirectories(folder.resolve("none"));
    TestFiles.assertRefused(
        () -> new TextCorpus(none).texts(), "none: ", "has no .txt or .txt.gz file");
  }

  private void refused(String text, String where, String message) throws IOException {
    Path file = TestFiles.write(folder, "dev.tsv", text);
    TestFiles.assertRefused(() -> TASK.read(file), where, message);
  }

  private void refusedLabels(String text, String where, String message) throws IOException {
    TestFiles.write(folder, "labels.txt", text);
    TestFiles.assertRefused(() -> TextTable.open("wood", folder), where, message);
  }
}
