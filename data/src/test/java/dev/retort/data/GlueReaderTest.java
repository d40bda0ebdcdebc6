package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlueReaderTest {
  private final Path folder;

  GlueReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "sst-2, 67349, 654, 1821",
    "cola, 8551, 783, 1063",
    "mrpc, 3668, 306, 1725",
    "rte, 2490, 208, 3000",
    "sts-b, 5749, 1125, 1379",
    "qnli, 9999, 4098, 5463",
    "mnli, 8999, 750, 0",
    "qqp, 8999, 750, 0",
    "wnli, 635, 54, 146"
  })
  void readsEveryLineOfTheSharedFiles(String name, int train, int dev, int test) {
    GlueTask task = GlueTask.parse(name);
    Path glue = TestFiles.shared("glue");
    List<LabeledText> trained = task.readLabeled(task.file(glue, Task.Split.TRAIN));
    assertThat(trained).hasSize(train).allMatch(LabeledText::labeled);
    assertThat(task.readLabeled(task.file(glue, Task.Split.DEV))).hasSize(dev);
    if (task.regression()) {
      assertThat(trained).allMatch(each -> each.label() >= 0 && each.label() <= 5);
    } else {
      assertThat(trained.stream().map(LabeledText::label).distinct()).hasSize(task.outputs());
    }
    assertThat(trained).allMatch(each -> (each.second() != null) == task.pairs());
    if (test > 0) {
      Path file = task.file(glue.resolve(task.folderName()), Task.Split.TEST);
      assertThat(task.read(file)).hasSize(test).noneMatch(LabeledText::labeled);
      TestFiles.assertRefused(() -> task.readLabeled(file), "test.tsv.gz", "no label column");
    }
  }

  @Test
  void quotesAreOrdinaryCharactersAndBlanksStay() throws IOException {
    Path file = write("sentence\tlabel\nsay \"so \t1\n\"\t0\n");
    assertThat(GlueTask.SST_2.read(file))
        .containsExactly(LabeledText.of("say \"so ", 1), LabeledText.of("\"", 0));
  }

  @Test
  void windowsLineEndsAByteOrderMarkAndAMissingLastEndDoNoHarm() throws IOException {
    Path file = write("\uFEFFsentence\tlabel\r\none\t1\r\ntwo\t0");
    assertThat(GlueTask.SST_2.read(file))
        .containsExactly(LabeledText.of("one", 1), LabeledText.of("two", 0));
  }

  @Test
  void columnsAreFoundByName() throws IOException {
    Path file = write("index\tpromptID\tgenre\tsentence1\tsentence2\tlabel1\tgold_label\n"
        + "0\t7\tfiction\tone\ttwo\tneutral\tentailment\n");
    assertThat(GlueTask.MNLI.read(file)).containsExactly(new LabeledText("one", "two", 1));
    assertThat(GlueTask.MNLI.labels()).containsExactly("contradiction", "entailment", "neutral");
  }

  @Test
  void colaHasNoHeaderButItsTestFileHas() throws IOException {
    assertThat(GlueTask.COLA.read(write("gj04\t1\t\tWe go.\ngj04\t0\t*\tWe goes.\n")))
        .containsExactly(LabeledText.of("We go.", 1), LabeledText.of("We goes.", 0));
    List<LabeledText> test = GlueTask.COLA.read(write("index\tsentence\n0\tWe go.\n"));
    assertThat(test).hasSize(1);
    assertThat(test.get(0).labeled()).isFalse();
  }

  @Test
  void everyMistakeHasItsOwnMessage() throws IOException {
    refused(GlueTask.SST_2, "", "dev.tsv: ", "is empty");
    refused(GlueTask.SST_2, "sentence\tlabel\n", "dev.tsv: ", "has a header but no example");
    refused(GlueTask.SST_2, "sentence\tlabel\none\t1\n\ntwo\t1\n", ":3: ", "the line is empty");
    refused(GlueTask.SST_2, "sentence\tlabel\none\t1\ttwo\n", ":2: ", "has 3 columns where 2 are");
    refused(GlueTask.SST_2, "sentence\tlabel\none\n", ":2: ", "has 1 columns where 2 are");
    refused(
        GlueTask.SST_2,
        "sentence\tlabel\none\t2\n",
        ":2: ",
        "the label '2' is unknown. Allowed: 0, 1.");
    refused(GlueTask.SST_2, "sentence\tlabel\none\t1 \n", ":2: ", "the label '1 ' is unknown");
    refused(GlueTask.SST_2, "sentence\tlabel\n \t1\n", ":2: ", "the text is empty");
    refused(GlueTask.SST_2, "text\tlabel\none\t1\n", ":1: ", "has no column 'sentence'");
    refused(
        GlueTask.SST_2, "sentence\tlabel\tlabel\na\t1\t1\n", ":1: ", "the column 'label' twice");
    refused(GlueTask.COLA, "sentence\tlabel\none\t1\n", ":1: ", "has 2 columns where 4 are");
    for (String score : List.of("5.1", "-1", "NaN", "1e0", "0x1", "1f", "", " 1", "٣")) {
      refused(
          GlueTask.STS_B,
          "sentence1\tsentence2\tscore\na\tb\t" + score + "\n",
          ":2: ",
          "is not a number from 0 to 5");
    }
  }

  @Test
  void pairsMayBeEmptyOnOneSideOnly() throws IOException {
    String header = "question1\tquestion2\tis_duplicate\n";
    assertThat(GlueTask.QQP.read(write(header + "one\t\t0\n"))).hasSize(1);
    refused(GlueTask.QQP, header + "\t\t0\n", ":2: ", "the text is empty");
  }

  @Test
  void badBytesAreRefusedWithTheirLine() throws IOException {
    byte[] latin = "sentence\tlabel\none\t1\ncaf\u00e9\t1\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = TestFiles.write(folder, "dev.tsv", latin);
    TestFiles.assertRefused(() -> GlueTask.SST_2.read(file), ":3: ", "is not UTF-8");
  }

  @Test
  void brokenAndOversizedGzipIsRefused() throws IOException {
    byte[] text = "sentence\tlabel\none\t1\n".repeat(500).getBytes(StandardCharsets.UTF_8);
    byte[] packed = TestFiles.gzip(text);
    Path file = folder.resolve("dev.tsv.gz");
    Files.write(file, java.util.Arrays.copyOf(packed, packed.length / 2));
    TestFiles.assertRefused(() -> GlueTask.SST_2.read(file), "dev.tsv.gz", "is broken gzip");
    packed[packed.length - 6] ^= 1;
    Files.write(file, packed);
    TestFiles.assertRefused(() -> GlueTask.WNLI.read(file), "dev.tsv.gz", "no column");
    Files.write(file, text);
    TestFiles.assertRefused(() -> GlueTask.SST_2.read(file), "dev.tsv.gz: ", "is broken gzip");
    byte[] bomb = new byte[TextLines.LONGEST_LINE * 8];
    TestFiles.write(folder, "dev.tsv.gz", bomb);
    TestFiles.assertRefused(() -> GlueTask.SST_2.read(file), ":1: ", "longer than 1048576 bytes");
  }

  @Test
  void namesAreFoundInAnyCase() {
    assertThat(GlueTask.parse("SST-2")).isSameAs(GlueTask.SST_2);
    assertThat(GlueTask.parse("sst-2")).isSameAs(GlueTask.SST_2);
    assertThat(GlueTask.parse("stsb")).isSameAs(GlueTask.STS_B);
    assertThat(GlueTask.ALL).extracting(GlueTask::name).doesNotHaveDuplicates().hasSize(9);
    assertThatThrownBy(() -> GlueTask.parse("sst"))
        .hasMessageContaining("'sst' is no GLUE task. Allowed: sst-2, cola");
  }

  @Test
  void aFolderWithoutTheFileIsRefusedWithTheNamesLookedFor() {
    TestFiles.assertRefused(
        () -> GlueTask.MNLI.file(folder, Task.Split.DEV),
        folder.toString(),
        "has no dev_matched.tsv or dev.tsv");
  }

  private Path write(String text) throws IOException {
    return TestFiles.write(folder, "dev.tsv", text);
  }

  private void refused(GlueTask task, String text, String where, String message)
      throws IOException {
    Path file = write(text);
    TestFiles.assertRefused(() -> task.read(file), where, message);
  }
}
