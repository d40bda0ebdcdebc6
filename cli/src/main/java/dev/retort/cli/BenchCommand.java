package dev.retort.cli;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.cli.bench.ScoringBench;
import dev.retort.cli.bench.SuperLmBench;
import dev.retort.supernet.kernel.NativeThreads;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the speed of a training, or of a search, on this machine. */
@Command(
    name = "bench",
    header = "Measures how fast this machine trains and scores.",
    description = {
      "",
      "superlm: steps of a SuperLM's training. A teacher of 6 layers x 512, the",
      "largest sub-network (6 x 384) and a random one on 16 x 128 tokens, relations",
      "of the last layers, AdamW.",
      "",
      "scoring: candidates of that SuperLM, by relations to a teacher whose outputs",
      "are known, on 128 held-out texts.",
      "",
      "Prints one line of JSON.",
      ""
    },
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort bench superlm --mode bf16 --seconds 40")
final class BenchCommand implements Callable<Integer> {
  private final Console console;

  /** What is measured. */
  enum Work {
    /** A SuperLM's training. */
    SUPERLM,
    /** A search's candidates. */
    SCORING
  }

  /** How long held-out texts are. */
  enum Lengths {
    /** As sentence pairs are. */
    REAL,
    /** All of the greatest length. */
    FULL
  }

  /** The numbers of matrix products. */
  enum Mode {
    /** Single precision. */
    FP32,
    /** Brain floats. */
    BF16
  }

  @Parameters(paramLabel = "WORK", description = "What is measured: superlm or scoring.")
  private Work work = Work.SUPERLM;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "fp32",
      description = "Numbers of matrix products: fp32 or bf16 (default: fp32).")
  private Mode mode = Mode.FP32;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "40",
      description = "How long, without warming up; at most 60 with it (default: 40).")
  private double seconds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Ends after so many steps instead (default: 0, by time).")
  private int steps;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Native threads (default: 0, one for each core).")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "Another seed draws other sub-networks (default: 1).")
  private long seed;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "16",
      description = "Of scoring: how many candidates (default: 16).")
  private int candidates;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of scoring: candidates at once, each on its share of the cores (default: 0,"
          + " as many as there are cores).")
  private int workers;

  @Option(
      names = "--lengths",
      paramLabel = "KIND",
      defaultValue = "real",
      description = "Of scoring: how long texts are: real, as sentence pairs, or full, all 128"
          + " tokens (default: real).")
  private Lengths lengths = Lengths.REAL;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (threads > 0) {
      NativeThreads.set(threads);
    }
    switch (work) {
      case SUPERLM -> superLm();
      case SCORING -> scoring();
    }
    return ExitCode.DONE;
  }

  private void superLm() {
    SuperLmBench.Result result = new SuperLmBench(
            new SuperLmBench.Options(mode == Mode.BF16, Math.max(0, seconds), steps, seed))
        .run();
    double[] rates = result.rates();
    double all = result.flops().stream().mapToDouble(each -> each).sum();
    ObjectNode line = Json.object();
    line.put("tokens_per_s", round(result.tokensPerSecond(), 1))
        .put("steps", result.steps())
        .put("mode", mode.name().toLowerCase(Locale.ROOT))
        .put("seconds", round(result.seconds(), 2))
        .put("threads", NativeThreads.get())
        .put("device", Accelerators.device(Engine.getInstance()))
        .put("torch", Engine.getInstance().getVersion())
        .put("flops_per_step", Math.round(result.flopsPerStep()))
        .put("gflop_per_s", round(all / result.seconds() / 1e9, 1))
        .put("median_gflop_per_s", round(median(rates), 1))
        .put("best_gflop_per_s", round(rates[rates.length - 1], 1))
        .put("gemm_gflop_per_s", round(result.peak().plain(), 1))
        .put("fastest_gemm_gflop_per_s", round(result.peak().fastest(), 1))
        .put("first_loss", round(result.losses().get(0), 4))
        .put("last_loss", round(result.losses().get(result.losses().size() - 1), 4))
        .put("parameters", result.parameters());
    Json.print(console.out(), line);
  }

  private void scoring() {
    int cores = NativeThreads.get();
    int atOnce = workers == 0 ? cores : Arguments.positive("--workers", workers);
    int count = Arguments.positive("--candidates", candidates);
    ScoringBench.Result result = new ScoringBench(new ScoringBench.Options(
            mode == Mode.BF16, lengths == Lengths.FULL, count, atOnce, seed))
        .run();
    double all = result.flops().stream().mapToDouble(each -> each).sum();
    ObjectNode line = Json.object();
    line.put("candidates_per_s", round(count / result.seconds(), 3))
        .put("candidates", count)
        .put("mode", mode.name().toLowerCase(Locale.ROOT))
        .put("lengths", lengths.name().toLowerCase(Locale.ROOT))
        .put("seconds", round(result.seconds(), 2))
        .put("threads", cores)
        .put("workers", atOnce)
        .put("device", Accelerators.device(Engine.getInstance()))
        .put("torch", Engine.getInstance().getVersion())
        .put("tokens", result.tokens())
        .put("flops_per_candidate", Math.round(all / count))
        .put("gflop_per_s", round(all / result.seconds() / 1e9, 1))
        .put("first_score", round(result.scores().get(0), 4))
        .put("last_score", round(result.scores().get(count - 1), 4));
    Json.print(console.out(), line);
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.rint(value * scale) / scale;
  }
}
