package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentFolderTest {
  private static final long SEED = 5;

  /** No plain BERT in any way. */
  private static final Architecture ODD = Architecture.parse("bert:layers=2,hidden=6,heads=2/1,"
      + "ratio=2/3,head-size=4,vocabulary=11,positions=5,classes=2,pooling=mean");

  private static final StudentFolder.Description DESCRIPTION = new StudentFolder.Description(
      ImmutableList.of("no", "yes"),
      false,
      ImmutableList.of("vocab.txt"),
      ImmutableMap.of("teacher", "a folder", "seed", "17"));

  private final Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  StudentFolderTest(@TempDir Path parent) {
    this.folder = parent.resolve("student");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Weights write() {
    Weights weights = RandomWeights.of(ODD, manager, SEED);
    StudentFolder.write(
        folder,
        WholeFolder.Existing.REFUSE,
        weights,
        DESCRIPTION,
        tokenizer -> tokenizer.text("vocab.txt", "[PAD]\n"));
    return weights;
  }

  @Test
  void anyStudentReadsBackBitForBit() {
    Weights given = write();
    ModelFolder read = ModelFolder.read(folder, manager);
    assertThat(read).isInstanceOf(StudentFolder.class);
    assertThat(((StudentFolder) read).description()).isEqualTo(DESCRIPTION);
    assertThat(read.weights().architecture()).isEqualTo(ODD);
    given.tensors().forEach((name, tensor) -> assertThat(
            read.weights().get(name).toFloatArray())
        .isEqualTo(tensor.toFloatArray()));
    assertThat(read.vocabulary()).isEqualTo(folder.resolve("vocab.txt"));
    assertThat(read.labels()).containsExactly("no", "yes");
    assertThat(read.lowerCase()).isFalse();
  }

  @Test
  void anyEditedByteIsRefusedOrChangesNothing() throws IOException {
    Weights given = write();
    float[] expected = given.get("classifier.weight").toFloatArray();
    RandomGenerator random = new RandomStreams(SEED).at("edits", 0);
    for (int i = 0; i < 150; i++) {
      String name = new String[] {
            "weights.safetensors", "architecture.json", "manifest.json", "vocab.txt"
          }
          [i % 4];
      Path file = folder.resolve(name);
      byte[] before = Files.readAllBytes(file);
      byte[] edited = before.clone();
      int at = random.nextInt(edited.length);
      edited[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, edited);
      try {
        StudentFolder read = StudentFolder.read(folder, manager);
        assertThat(name).as("seed %d, edit %d", SEED, i).isEqualTo("manifest.json");
        assertThat(read.description()).isEqualTo(DESCRIPTION);
        assertThat(read.weights().get("classifier.weight").toFloatArray()).isEqualTo(expected);
      } catch (UserException e) {
        assertThat(e.getMessage()).contains(folder.toString());
      }
      Files.write(file, before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      "format" : "retort-model" | "format" : "x" | format is "x"; "retort-model" is needed
      "version" : 1 | "version" : 2 | version is 2, newer than this Retort, which reads up to 1; \
      use a newer Retort
      "version" : 1 | "version" : 0 | version is 0; a whole number is needed
      bert:layers=2 | bert:layers=two | architecture is impossible: Dimension layers needs a \
      number, found (two)
      bert:layers=2 | gpt:layers=2 | architecture is impossible: No family (gpt) in
      "no", "yes" | "no" | labels is 1 names for 2 classes of
      "no", "yes" | 1, 2 | labels is holding 1; texts are needed
      "lower-case" : false | "lower-case" : 0 | lower-case is 0; true or false is needed
      "vocab.txt" | "../vocab.txt" | tokenizer is "../vocab.txt"; a file of the folder is needed
      "17" | 17 | provenance is not a map of texts at "seed"
      """)
  void eachImpossibleValueHasItsOwnMessage(String from, String to, String message)
      throws IOException {
    write();
    String text = Files.readString(folder.resolve("architecture.json"))
        .replaceAll("\\[ *\n *", "[")
        .replaceAll(",\n +\"yes\"", ", \"yes\"");
    assertThat(text).contains(from);
    Path changed = folder.resolveSibling("changed");
    WholeFolder.write(changed, copy -> {
      copy.copy("weights.safetensors", folder.resolve("weights.safetensors"));
      copy.text("architecture.json", text.replace(from, to));
    });
    assertThatThrownBy(() -> StudentFolder.read(changed, manager))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(changed.resolve("architecture.json") + ": " + message);
  }

  @Test
  void aRandomlyEditedHuggingFaceHeaderIsRefusedOrChangesNothing() throws IOException {
    Architecture plain = Architecture.parse(
        "bert:layers=1,hidden=4,heads=1,ratio=2,head-size=4,vocabulary=7,positions=3,classes=2");
    Weights given = RandomWeights.of(plain, manager, SEED);
    HuggingFaceFolder.write(folder, given, ImmutableList.of(), tokenizer -> {});
    Path file = folder.resolve("model.safetensors");
    byte[] before = Files.readAllBytes(file);
    int header = 8 + Byte.toUnsignedInt(before[0]) + 256 * Byte.toUnsignedInt(before[1]);
    RandomGenerator random = new RandomStreams(SEED).at("header", 0);
    int accepted = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] edited = before.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        edited[random.nextInt(header)] =
            random.nextBoolean() ? (byte) random.nextInt(256) : before[random.nextInt(header)];
      }
      Files.write(file, edited);
      try (NDManager scratch = manager.newSubManager()) {
        Weights read = HuggingFaceFolder.read(folder, scratch).weights();
        accepted++;
        for (Map.Entry<String, ai.djl.ndarray.NDArray> each : given.tensors().entrySet()) {
          assertThat(read.get(each.getKey()).toFloatArray())
              .as("seed %d, edit %d, %s", SEED, i, each.getKey())
              .isEqualTo(each.getValue().toFloatArray());
        }
      } catch (UserException e) {
        assertThat(e.getMessage()).contains(folder.toString());
      }
    }
    assertThat(accepted).as("of 1500 edits, seed %d", SEED).isLessThan(400);
  }
}
