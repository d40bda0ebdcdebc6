package dev.retort.benchmark.peer;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.benchmark.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code retort bench} and its peer in turn, A B A B …, and keeps the best of each: machines
 * have neighbours, and what is slow for one is slow for the other a moment later.
 *
 * <p>Work is a word of {@code retort bench} whose peer is {@code benchmarks/peer/WORK_peer.py};
 * both print one line of JSON. Python is {@code $PYTHON}, or {@code python3}; it needs torch.
 */
public final class SideBySide implements Benchmark {
  /** What is compared of each work, more is better. */
  private static final ImmutableMap<String, String> FIGURES =
      ImmutableMap.of("superlm", "median_gflop_per_s", "scoring", "candidates_per_s");

  /** The best matrix products of a run of ours, where its line has them. */
  private static final ImmutableMap<String, String> PEAKS =
      ImmutableMap.of("gemm_gflop_per_s", "plain", "fastest_gemm_gflop_per_s", "fastest");

  /** What the launcher of benchmarks sets; both programs are started as their users start them. */
  private static final ImmutableList<String> SET = ImmutableList.of(
      "OMP_WAIT_POLICY", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_");

  private static final int USAGE = 2;

  @Override
  public String name() {
    return "side-by-side";
  }

  @Override
  public String about() {
    return "superlm|scoring [--rounds N] [ARGUMENT…]: against the Python peer, in turn";
  }

  @Override
  public int run(List<String> arguments, PrintStream out) {
    String figure = arguments.isEmpty() ? null : FIGURES.get(arguments.get(0));
    List<String> passed = new ArrayList<>(arguments);
    int rounds = 3;
    int flag = passed.indexOf("--rounds");
    if (flag >= 0 && flag + 1 < passed.size() && passed.get(flag + 1).matches("[1-9][0-9]?")) {
      rounds = Integer.parseInt(passed.get(flag + 1));
      passed.subList(flag, flag + 2).clear();
    }
    if (figure == null || passed.contains("--rounds")) {
      out.println(name() + "  " + about());
      return USAGE;
    }
    String work = passed.remove(0);
    Path root = Path.of(System.getProperty("retort.root", "."));
    List<String> ours = new ArrayList<>(List.of(root.resolve("retort").toString(), "bench", work));
    List<String> peer = new ArrayList<>(List.of(
        System.getenv().getOrDefault("PYTHON", "python3"),
        root.resolve("benchmarks/peer/" + work + "_peer.py").toString()));
    ours.addAll(passed);
    peer.addAll(passed);
    out.println("| round | retort, " + figure + " | peer | ratio |\n|---|---|---|---|");
    double bestOurs = 0;
    double bestPeer = 0;
    Map<String, Double> peaks = new LinkedHashMap<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      String line = line(ours);
      double one = figure(line, figure);
      double other = figure(line(peer), figure);
      PEAKS.forEach((key, kind) -> {
        if (line.contains("\"" + key + "\"")) {
          peaks.merge(kind, figure(line, key), Math::max);
        }
      });
      bestOurs = Math.max(bestOurs, one);
      bestPeer = Math.max(bestPeer, other);
      ratios.add(one / other);
      out.println(row(Integer.toString(round), one, other));
    }
    out.println(row("best of each", bestOurs, bestPeer));
    ratios.sort(null);
    out.printf(Locale.ROOT, "%nMedian of the rounds' ratios: %.2f.%n", median(ratios));
    double mine = bestOurs;
    double its = bestPeer;
    peaks.forEach((kind, peak) -> out.printf(
        Locale.ROOT,
        "Best %s matrix product of these runs: %.4g GFLOP/s; of it %.0f %% and %.0f %%.%n",
        kind,
        peak,
        100 * mine / peak,
        100 * its / peak));
    return 0;
  }

  private static double median(List<Double> sorted) {
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  private static String row(String name, double ours, double peer) {
    return String.format(Locale.ROOT, "| %s | %.4g | %.4g | %.2f |", name, ours, peer, ours / peer);
  }

  /** The last line that a command prints. */
  private static String line(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().keySet().removeAll(SET);
    try {
      Process process = builder.start();
      String printed;
      try (InputStream stream = process.getInputStream()) {
        printed = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
      }
      return ImmutableList.copyOf(printed.split("\n", -1)).reverse().get(0);
    } catch (IOException e) {
      throw new IllegalStateException(command.get(0) + " could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped", e);
    }
  }

  /** A number of a line of JSON. */
  static double figure(String line, String name) {
    Matcher matcher =
        Pattern.compile("\"" + Pattern.quote(name) + "\": *([-+.0-9eE]+)").matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException("No " + name + " in (" + line + ")");
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** What is compared, by work. */
  static Map<String, String> figures() {
    return FIGURES;
  }
}
