package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of verbs that count costs: what input they are counted for. */
final class CostOptions {
  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Examples in a batch (default: 1).")
  private int batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description = "Tokens an example (default: 128, or a recipe's).")
  private @Nullable Integer sequence;

  /** What the sequence is where the option is not given. */
  private int standard = 128;

  /** Sets what the sequence is where the option is not given. */
  void standardSequence(int tokens) {
    standard = tokens;
  }

  /** The input that costs are counted for. */
  InputShape input() {
    int tokens = sequence == null ? standard : sequence;
    return Arguments.read("--batch and --sequence", () -> new InputShape(batch, tokens));
  }

  /** The cost of an architecture. */
  Cost cost(Architecture architecture, Accounting accounting) {
    return Arguments.read(architecture.toString(), () -> accounting.cost(architecture, input()));
  }

  /** A cost as programs read it. */
  static ObjectNode json(Architecture architecture, Accounting accounting, Cost cost) {
    return Json.object()
        .put("architecture", architecture.toString())
        .put("accounting", accounting.name())
        .put("parameters", cost.parameters())
        .put("macs", cost.macs())
        .put("flops", cost.flops())
        .put("weightBytes", cost.weightBytes())
        .put("peakActivationBytes", cost.peakActivationBytes());
  }
}
