package dev.retort.benchmark.part;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.benchmark.Benchmark;
import dev.retort.benchmark.Stopwatch;
import dev.retort.data.BatchPlan;
import dev.retort.data.GlueTask;
import dev.retort.data.LabeledText;
import dev.retort.data.Task;
import dev.retort.data.TextTable;
import dev.retort.data.TokenStore;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What sorting by length inside pools of batches ({@link BatchPlan}) leaves of padding, on real
 * texts: the sentences that the quickstart ships, and the tasks of GLUE that lie in a folder.
 * Counted and not timed, so it is the same on every machine.
 */
public final class Padding implements Benchmark {
  private static final String DATA = "--data";
  private static final String VOCABULARY = "--vocabulary";
  private static final int USAGE = 2;
  private static final int BATCH = 32;
  private static final int LENGTH = 128;
  private static final int FEW = 500;
  private static final double PERCENT = 100;
  private static final Architecture NETWORK = Architecture.parse("bert:layers=12,hidden=768,"
      + "heads=12,head-size=64,ratio=4,vocabulary=30522,positions=512,classes=2");

  /** How many batches are sorted at once, and how that is called; 0: all of an epoch. */
  private static final ImmutableMap<Integer, String> POOLS =
      ImmutableMap.of(1, "by chance", 4, "4", BatchPlan.POOL, "16 (default)", 64, "64", 0, "all");

  @Override
  public String name() {
    return "padding";
  }

  @Override
  public String about() {
    return "[--quick] [--data FOLDER of GLUE tasks] [--vocabulary FILE]: padding by pool";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    boolean quick = arguments.contains(Stopwatch.QUICK_FLAG);
    List<String> pairs =
        arguments.stream().filter(each -> !each.equals(Stopwatch.QUICK_FLAG)).toList();
    Map<String, Path> given = new HashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      given.put(pairs.get(i), Path.of(pairs.get(i + 1)));
    }
    if (pairs.size() % 2 != 0 || !List.of(DATA, VOCABULARY).containsAll(given.keySet())) {
      out.println(name() + "  " + about());
      return USAGE;
    }
    Path authors = Path.of(System.getProperty("retort.root", "."), "examples", "authors");
    Path shipped = authors.resolve("vocab.txt");
    out.printf(
        Locale.ROOT,
        "Batches of %d, at most %d tokens. Share of padding, and FLOPs of a BERT of 12 layers x"
            + " 768 relative to no padding.%n%n",
        BATCH,
        LENGTH);
    out.println(
        "| texts | examples | mean length | pool: " + String.join(" | ", POOLS.values()) + " |");
    out.println("|---|---|---|" + "---|".repeat(POOLS.size()));
    Tokenizer tokenizer = WordPieceTokenizer.read(shipped, true);
    print(TextTable.open("authors", authors), authors, tokenizer, quick, out);
    Path folder = given.get(DATA);
    if (folder != null) {
      Tokenizer other = WordPieceTokenizer.read(given.getOrDefault(VOCABULARY, shipped), true);
      for (GlueTask task : tasks(folder)) {
        print(task, folder, other, quick, out);
      }
    }
    return 0;
  }

  /** The tasks whose folders are there. */
  private static ImmutableList<GlueTask> tasks(Path folder) {
    return GlueTask.ALL.stream()
        .filter(each -> Files.isDirectory(folder.resolve(each.folderName())))
        .collect(ImmutableList.toImmutableList());
  }

  private static void print(
      Task task, Path folder, Tokenizer tokenizer, boolean quick, PrintStream out) {
    List<LabeledText> texts = task.readLabeled(task.file(folder, Task.Split.TRAIN));
    TokenStore store = TokenStore.of(
        tokenizer,
        quick ? texts.subList(0, Math.min(FEW, texts.size())) : texts,
        LENGTH,
        task.regression());
    StringBuilder row = new StringBuilder();
    double length = 0;
    for (int pool : POOLS.keySet()) {
      int batches = (store.size() - 1) / BATCH + 1;
      PaddedShare found =
          PaddedShare.of(store, BATCH, pool == 0 ? batches : pool, NETWORK, new RandomStreams(1));
      length = (double) found.tokens() / store.size();
      row.append(String.format(
          Locale.ROOT, " %.1f %%, x %.2f |", PERCENT * found.share(), found.factor()));
    }
    out.printf(Locale.ROOT, "| %s | %,d | %.1f |%s%n", task.name(), store.size(), length, row);
  }
}
