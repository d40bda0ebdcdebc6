package dev.retort.benchmark.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.GlueTask;
import dev.retort.data.TextLines;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time of reading a file of made-up content that the system's cache holds. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ReadTime {
  private static final int TENSORS = 16;
  private static final int SIDE = 1024;
  private static final int LINES = 10_000;
  private static final int WORDS = 12_000;
  private static final int PIECE = 1 << 20;

  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
  private @Nullable Path folder;
  private @Nullable WordPieceTokenizer tokenizer;
  private List<String> texts = List.of();

  /** A made-up word: what its number spells. */
  private static String word(int number) {
    StringBuilder word = new StringBuilder();
    for (int rest = number + 26; rest > 0; rest /= 26) {
      word.append((char) ('a' + rest % 26));
    }
    return word.toString();
  }

  /** Writes the files. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    Path made = Files.createTempDirectory("retort-readers");
    folder = made;
    SplittableRandom random = new SplittableRandom(3);
    List<String> sentences = new ArrayList<>();
    StringBuilder table = new StringBuilder("sentence\tlabel\n");
    for (int line = 0; line < LINES; line++) {
      StringBuilder sentence = new StringBuilder();
      for (int i = random.nextInt(8, 30); i > 0; i--) {
        sentence.append(word(random.nextInt(2 * WORDS))).append(i == 1 ? " ." : " ");
      }
      sentences.add(sentence.toString());
      table.append(sentence).append('\t').append(line % 2).append('\n');
    }
    texts = sentences;
    Files.writeString(made.resolve("table.tsv"), table);
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    pieces.add(".");
    for (char letter = 'a'; letter <= 'z'; letter++) {
      pieces.add(String.valueOf(letter));
      pieces.add("##" + letter);
    }
    for (int i = 0; i < WORDS; i++) {
      pieces.add(word(2 * i)); // every other word is one piece, the others are several
    }
    Path vocabulary = made.resolve("vocab.txt");
    Files.write(vocabulary, pieces.stream().distinct().toList());
    tokenizer = WordPieceTokenizer.read(vocabulary, true);
    try (NDManager manager = NDManager.newBaseManager()) {
      ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
      for (int i = 0; i < TENSORS; i++) {
        tensors.put("tensor" + i, manager.randomNormal(new Shape(SIDE, SIDE)));
      }
      SafetensorsWriter.write(
          made.resolve("weights.safetensors"), tensors.buildOrThrow(), ImmutableMap.of());
    }
  }

  private Path file(String name) {
    return Objects.requireNonNull(folder, "prepared").resolve(name);
  }

  /** The limit of weights: their file's bytes, piece by piece. */
  @Benchmark
  public long weightBytes() throws IOException {
    return bytes(file("weights.safetensors"));
  }

  /** The limit of tables: their file's bytes. */
  @Benchmark
  public long tableBytes() throws IOException {
    return bytes(file("table.tsv"));
  }

  private long bytes(Path path) throws IOException {
    long sum = 0;
    try (FileChannel channel = FileChannel.open(path)) {
      for (int read = channel.read(piece.clear()); read > 0; read = channel.read(piece.clear())) {
        sum += read;
      }
    }
    return sum;
  }

  /** All tensors of a safetensors file. */
  @Benchmark
  public int safetensors() {
    try (NDManager manager = NDManager.newBaseManager()) {
      SafetensorsFile weights = SafetensorsFile.open(file("weights.safetensors"));
      weights.entries().forEach(each -> weights.load(manager, each.name()));
      return weights.entries().size();
    }
  }

  /** A GLUE table, checked. */
  @Benchmark
  public int glue() {
    return GlueTask.SST_2.read(file("table.tsv")).size();
  }

  /** The lines of a text, decoded strictly. */
  @Benchmark
  public int lines() {
    int[] count = new int[1];
    TextLines.read(file("table.tsv"), (number, line) -> count[0] += line.length());
    return count[0];
  }

  /** The ids of all texts. */
  @Benchmark
  public int tokens() {
    return Objects.requireNonNull(tokenizer, "prepared").ids(texts).stream()
        .mapToInt(each -> each.length)
        .sum();
  }

  /** Removes the files. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    for (String name : List.of("table.tsv", "vocab.txt", "weights.safetensors")) {
      Files.delete(file(name));
    }
    Files.delete(Objects.requireNonNull(folder, "prepared"));
  }
}
