package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import dev.retort.benchmark.Benchmark;
import dev.retort.space.UserException;
import java.io.PrintStream;
import java.util.List;

/**
 * An experiment as a word of the benchmarks: each objective on a fixture, with against without, the
 * same seeds. Flags of all: {@code --data} and {@code --work} folders, {@code --seeds} 5, {@code
 * --workers} 2 trials side by side, {@code --only} names of entrants, separated by commas; with
 * them come those that they are compared with.
 */
abstract class ObjectiveExperiment implements Benchmark {
  private static final int USAGE = 2;

  private final String name;
  private final String about;
  private final ImmutableMap<String, String> flags;

  /**
   * An experiment.
   *
   * @param own the fixture's flags and their defaults
   */
  ObjectiveExperiment(String name, String about, ImmutableMap<String, String> own) {
    this.name = name;
    this.about = about;
    this.flags = ImmutableMap.<String, String>builder()
        .put("data", "")
        .put("work", "")
        .put("seeds", "5")
        .put("workers", "2")
        .put("only", "")
        .putAll(own)
        .buildOrThrow();
  }

  /** Reads the data and makes the teachers ready. */
  abstract Fixture fixture(Arguments given, PrintStream out);

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about + ": --data FOLDER --work FOLDER [--only NAME,…] [--seeds N]";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    try {
      Arguments given = Arguments.parse(arguments, flags);
      Ledger ledger = new Ledger(given.folder("work").resolve("trials"));
      try (Fixture where = fixture(given, out)) {
        ImmutableList<Entrant> chosen = given.chosen(where.entrants());
        ImmutableListMultimap<String, Trial> trials = new Experiment(
                where, ledger, given.count("seeds"), given.count("workers"))
            .run(chosen, out);
        out.println();
        out.println(ResultTable.of(where, chosen, trials));
      }
      return 0;
    } catch (UserException e) {
      out.println(e.getMessage());
      return USAGE;
    }
  }
}
