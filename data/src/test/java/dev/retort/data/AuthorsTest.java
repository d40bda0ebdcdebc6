package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.space.RandomStreams;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The quickstart's data in {@code examples/authors}. */
final class AuthorsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("retort.root")).resolve("examples/authors");

  @Test
  void floor() {
    TextTable task = TextTable.open("authors", FOLDER);
    List<LabeledText> train = task.readLabeled(task.file(FOLDER, Task.Split.TRAIN));
    List<LabeledText> dev = task.readLabeled(task.file(FOLDER, Task.Split.DEV));
    List<LabeledText> test = task.readLabeled(task.file(FOLDER, Task.Split.TEST));
    WordPieceTokenizer tokenizer = WordPieceTokenizer.open(FOLDER);
    long t = System.nanoTime();
    TokenStore store = TokenStore.of(tokenizer, train, 48);
    System.out.println("encode " + (System.nanoTime() - t) / 1e9);
    t = System.nanoTime();
    store = TokenStore.of(tokenizer, train, 48);
    System.out.println("encode " + (System.nanoTime() - t) / 1e9);
    TokenStore devs = TokenStore.of(tokenizer, dev, 48);
    TokenStore tests = TokenStore.of(tokenizer, test, 48);
    for (int n : new int[] {100, 1000}) {
      for (int seed = 0; seed < 5; seed++) {
        NaiveBayes nb = NaiveBayes.train(Subset.fewShot(store, n, new RandomStreams(seed)), 12);
        System.out.println(n + " dev " + nb.accuracy(devs) + " test " + nb.accuracy(tests));
      }
    }
    NaiveBayes nb = NaiveBayes.train(store, 12);
    System.out.println("all dev " + nb.accuracy(devs) + " test " + nb.accuracy(tests));
    assertThat(nb.accuracy(tests)).isBetween(0.6, 0.75);
  }
}
