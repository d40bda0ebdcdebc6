package dev.retort.pipeline;

import dev.retort.data.TextCorpus;
import dev.retort.data.Tokenizer;
import dev.retort.pipeline.recipe.Amount;
import dev.retort.pipeline.recipe.EvaluateRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TextFiles;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a task that asks for single tokens.
 *
 * @param train to be trained on
 * @param dev what settings are chosen on; null: a part of train's, still to be taken
 * @param test what is reported; likewise
 * @param <T> what a text is
 */
record TextParts<T>(List<T> train, @Nullable List<T> dev, @Nullable List<T> test) {
  /** Which texts are kept does not depend on a run's seed, so that runs can be compared. */
  private static final RandomStreams KEPT = new RandomStreams(0);

  private static final int CHUNK = 1 << 13;

  /** Those of files. */
  static <T> TextParts<T> read(TextFiles files, Function<Path, List<T>> read) {
    Path dev = files.dev();
    Path test = files.test();
    return new TextParts<>(
        read.apply(files.train()),
        dev == null ? null : read.apply(dev),
        test == null ? null : read.apply(test));
  }

  /**
   * Documents as tokens.
   *
   * @param ends puts around a document what stands there
   */
  static TextParts<int[]> documents(
      Recipe recipe, TextFiles files, Tokenizer tokenizer, UnaryOperator<int[]> ends) {
    return read(files, file -> tokens(recipe.corpus().corpus(file), tokenizer, ends));
  }

  /** The documents of a corpus as tokens. */
  static List<int[]> tokens(TextCorpus corpus, Tokenizer tokenizer, UnaryOperator<int[]> ends) {
    List<int[]> documents = new ArrayList<>();
    corpus.forEach(
        CHUNK, texts -> tokenizer.ids(texts).forEach(ids -> documents.add(ends.apply(ids))));
    return documents;
  }

  /** All three, dev's and test's taken from train's where there are none. */
  TextParts<T> parted(EvaluateRecipe how) {
    List<T> rest = train;
    List<T> forDev = dev;
    List<T> forTest = test;
    int all = train.size();
    if (forTest == null) {
      Kept<T> kept = keep(rest, all, Objects.requireNonNull(how.test()), "test");
      forTest = kept.texts();
      rest = kept.rest();
    }
    if (forDev == null) {
      Kept<T> kept = keep(rest, all, Objects.requireNonNull(how.dev()), "dev");
      forDev = kept.texts();
      rest = kept.rest();
    }
    return new TextParts<>(rest, forDev, forTest);
  }

  /** The texts of dev, once parted. */
  List<T> requireDev() {
    return Objects.requireNonNull(dev, "no dev part");
  }

  /** The texts of test, once parted. */
  List<T> requireTest() {
    return Objects.requireNonNull(test, "no test part");
  }

  /** Texts that are kept from training, and the others. */
  private record Kept<T>(List<T> texts, List<T> rest) {}

  private static <T> Kept<T> keep(List<T> texts, int all, Amount amount, String part) {
    int count = (int) Math.max(1, amount.of((double) all));
    if (count >= texts.size()) {
      throw new UserException(
          UserException.Kind.INPUT,
          "The text has " + all + " documents or examples, too few to keep " + count
              + " of them for " + part + ". Give a file for " + part
              + ", more text, or a smaller evaluate." + part
              + "; corpus.documents says what a document is, a line unless it is given.");
    }
    boolean[] kept = new boolean[texts.size()];
    IntStream.range(0, texts.size())
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(i -> KEPT.number(part, 0, i))
            .thenComparingInt(i -> i))
        .limit(count)
        .forEach(i -> kept[i] = true);
    return new Kept<>(where(texts, kept, true), where(texts, kept, false));
  }

  private static <T> List<T> where(List<T> texts, boolean[] kept, boolean wanted) {
    return IntStream.range(0, texts.size())
        .filter(i -> kept[i] == wanted)
        .mapToObj(texts::get)
        .toList();
  }
}
