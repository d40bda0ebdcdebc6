package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart's data in {@code examples/authors}. */
final class AuthorsTest {
  private static final Path FOLDER = TestFiles.AUTHORS;

  private final Path folder;

  AuthorsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theFilesAreThoseWhoseSumsThePageGives() throws Exception {
    String page = Files.readString(FOLDER.resolve("README.md"));
    Matcher sums = Pattern.compile("([0-9a-f]{64})  (\\S+)").matcher(page);
    int found = 0;
    for (; sums.find(); found++) {
      byte[] text = unpacked(FOLDER.resolve(sums.group(2)));
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(text);
      assertThat(HexFormat.of().formatHex(sum)).as(sums.group(2)).isEqualTo(sums.group(1));
    }
    assertThat(found).isEqualTo(5);
  }

  @Test
  void theProgramMakesTheFilesAgain() throws Exception {
    Path books = TestFiles.shared("english-text/public-domain-books.txt.gz");
    Path vocabulary = TestFiles.shared("minilm-l6-h384/vocab.txt");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process = new ProcessBuilder(
            java.toString(),
            // What must not matter.
            "-Duser.language=tr",
            "-Duser.timezone=Asia/Tokyo",
            FOLDER.resolve("MakeAuthors.java").toString(),
            books.toString(),
            vocabulary.toString(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(folder.resolve("output")).content().isEmpty();
    assertThat(process.exitValue()).isZero();
    for (String name :
        List.of("labels.txt", "train.tsv.gz", "dev.tsv.gz", "test.tsv.gz", "vocab.txt")) {
      assertThat(unpacked(folder.resolve(name))).as(name).isEqualTo(unpacked(FOLDER.resolve(name)));
    }
    assertThat(folder.resolve("README.md")).hasSameTextualContentAs(FOLDER.resolve("README.md"));
  }

  @Test
  void noSentenceIsInTwoPartsAndTheFolderIsSmall() throws IOException {
    TextTable task = TextTable.open("authors", FOLDER);
    assertThat(task.outputs()).isEqualTo(12);
    Set<String> seen = new HashSet<>();
    List<Integer> sizes = new ArrayList<>();
    for (Task.Split split : Task.Split.values()) {
      List<LabeledText> texts = task.readLabeled(task.file(FOLDER, split));
      sizes.add(texts.size());
      for (LabeledText each : texts) {
        String key =
            each.first().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
        assertThat(seen.add(key)).as(each.first()).isTrue();
      }
    }
    assertThat(sizes).containsExactly(28_987, 1_200, 1_789);
    long bytes = 0;
    try (var files = Files.list(FOLDER)) {
      for (Path each : files.toList()) {
        bytes += Files.size(each);
      }
    }
    assertThat(bytes).isLessThan(3_000_000);
  }

  @Test
  void naiveBayesGivesTheFloorThatTheDocsPrint() {
    TextTable task = TextTable.open("authors", FOLDER);
    WordPieceTokenizer tokenizer = WordPieceTokenizer.open(FOLDER);
    assertThat(tokenizer.size()).isEqualTo(8_000);
    TokenStore train = store(task, tokenizer, Task.Split.TRAIN);
    TokenStore dev = store(task, tokenizer, Task.Split.DEV);
    assertThat(NaiveBayes.train(train, 12).accuracy(dev)).isBetween(0.66, 0.69);
    Subset<Example> few = Subset.fewShot(train, 100, new RandomStreams(1));
    assertThat(few.size()).isEqualTo(1_200);
    assertThat(NaiveBayes.train(few, 12).accuracy(dev)).isBetween(0.43, 0.53);
  }

  private static TokenStore store(TextTable task, WordPieceTokenizer tokenizer, Task.Split split) {
    return TokenStore.of(tokenizer, task.readLabeled(task.file(FOLDER, split)), 48, false);
  }

  private static byte[] unpacked(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return in.readAllBytes();
    }
  }
}
