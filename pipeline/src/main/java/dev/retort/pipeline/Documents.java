package dev.retort.pipeline;

import dev.retort.data.TextCorpus;
import dev.retort.data.TokenBlocks;
import dev.retort.data.Tokenizer;
import dev.retort.pipeline.recipe.Amount;
import dev.retort.pipeline.recipe.EvaluateRecipe;
import dev.retort.pipeline.recipe.TextFiles;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Documents of a language model as tokens, with those that stand around each.
 *
 * @param train to be trained on
 * @param dev what settings are chosen on; null: a part of train's, still to be taken
 * @param test what is reported; likewise
 */
record Documents(List<int[]> train, @Nullable List<int[]> dev, @Nullable List<int[]> test) {
  /** Which documents are kept does not depend on a run's seed, so that runs can be compared. */
  private static final RandomStreams KEPT = new RandomStreams(0);

  private static final int CHUNK = 1 << 13;

  /** Those of files, a document a line. */
  static Documents read(TextFiles files, Tokenizer tokenizer) {
    return new Documents(
        read(files.train(), tokenizer),
        files.dev() == null ? null : read(files.dev(), tokenizer),
        files.test() == null ? null : read(files.test(), tokenizer));
  }

  private static List<int[]> read(Path file, Tokenizer tokenizer) {
    TokenBlocks.Ends ends = TokenBlocks.Ends.of(tokenizer);
    List<int[]> documents = new ArrayList<>();
    new TextCorpus(file)
        .forEach(
            CHUNK, texts -> tokenizer.ids(texts).forEach(ids -> documents.add(ends.around(ids))));
    return documents;
  }

  /** All three, dev's and test's taken from train's where there are none. */
  Documents parted(EvaluateRecipe how) {
    List<int[]> rest = train;
    List<int[]> forDev = dev;
    List<int[]> forTest = test;
    int all = train.size();
    if (forTest == null) {
      Kept kept = keep(rest, all, Objects.requireNonNull(how.test()), "test");
      forTest = kept.documents();
      rest = kept.rest();
    }
    if (forDev == null) {
      Kept kept = keep(rest, all, Objects.requireNonNull(how.dev()), "dev");
      forDev = kept.documents();
      rest = kept.rest();
    }
    return new Documents(rest, forDev, forTest);
  }

  /** The documents of dev, once parted. */
  List<int[]> requireDev() {
    return Objects.requireNonNull(dev, "no dev part");
  }

  /** The documents of test, once parted. */
  List<int[]> requireTest() {
    return Objects.requireNonNull(test, "no test part");
  }

  /** Documents that are kept from training, and the others. */
  private record Kept(List<int[]> documents, List<int[]> rest) {}

  private static Kept keep(List<int[]> documents, int all, Amount amount, String part) {
    int count = (int) Math.max(1, amount.of((double) all));
    if (count >= documents.size()) {
      throw new UserException(
          UserException.Kind.INPUT,
          "The text has " + all + " documents, too few to keep " + count + " of them for " + part
              + ". Give a file for " + part + ", more text, or a smaller evaluate." + part
              + "; a line is a document.");
    }
    boolean[] kept = new boolean[documents.size()];
    IntStream.range(0, documents.size())
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(i -> KEPT.number(part, 0, i))
            .thenComparingInt(i -> i))
        .limit(count)
        .forEach(i -> kept[i] = true);
    return new Kept(where(documents, kept, true), where(documents, kept, false));
  }

  private static List<int[]> where(List<int[]> documents, boolean[] kept, boolean wanted) {
    return IntStream.range(0, documents.size())
        .filter(i -> kept[i] == wanted)
        .mapToObj(documents::get)
        .toList();
  }
}
