package dev.retort.cli;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.cli.bench.SuperLmBench;
import dev.retort.supernet.kernel.NativeThreads;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the speed of a training on this machine. */
@Command(
    name = "bench",
    header = "Measures how fast this machine trains.",
    description = {
      "",
      "superlm: steps of a SuperLM's training. A teacher of 6 layers x 512, the",
      "largest sub-network (6 x 384) and a random one on 16 x 128 tokens, relations",
      "of the last layers, AdamW. Prints one line of JSON.",
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
    SUPERLM
  }

  /** The numbers of matrix products. */
  enum Mode {
    /** Single precision. */
    FP32,
    /** Brain floats. */
    BF16
  }

  @Parameters(paramLabel = "WORK", description = "What is measured: superlm.")
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

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (threads > 0) {
      NativeThreads.set(threads);
    }
    SuperLmBench.Result result =
        switch (work) {
          case SUPERLM ->
            new SuperLmBench(
                    new SuperLmBench.Options(mode == Mode.BF16, Math.max(0, seconds), steps, seed))
                .run();
        };
    double[] rates = result.rates();
    double all = result.flops().stream().mapToDouble(each -> each).sum();
    ObjectNode line = Json.object();
    line.put("tokens_per_s", round(result.tokensPerSecond(), 1))
        .put("steps", result.steps())
        .put("mode", mode.name().toLowerCase(Locale.ROOT))
        .put("seconds", round(result.seconds(), 2))
        .put("threads", NativeThreads.get())
        .put("torch", Engine.getInstance().getVersion())
        .put("flops_per_step", Math.round(result.flopsPerStep()))
        .put("gflop_per_s", round(all / result.seconds() / 1e9, 1))
        .put("median_gflop_per_s", round(median(rates), 1))
        .put("best_gflop_per_s", round(rates[rates.length - 1], 1))
        .put("first_loss", round(result.losses().get(0), 4))
        .put("last_loss", round(result.losses().get(result.losses().size() - 1), 4))
        .put("parameters", result.parameters());
    Json.print(console.out(), line);
    return ExitCode.DONE;
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
