package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.Quantity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of verbs that count costs: what input they are counted for. */
final class CostOptions {
  private static final String RESOLUTION = "resolution";

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Examples in a batch (default: 1).")
  private int batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description = "Tokens an example (default: 128, or a recipe's). Image families have the"
          + " dimension resolution instead.")
  private @Nullable Integer sequence;

  @Option(
      names = "--cached",
      paramLabel = "N",
      description = "Tokens of an example that a decoder has read before, whose keys and values it"
          + " keeps: with --sequence 1, what the next one costs (default: 0, or a recipe's).")
  private @Nullable Integer cached;

  /** What is counted for where the options are not given. */
  private InputShape standard = new InputShape(1, 128);

  /** Sets what is counted for where neither --sequence nor --cached is given. */
  void standardInput(InputShape input) {
    standard = input;
  }

  /** The input that costs are counted for. */
  InputShape input() {
    int tokens = sequence == null ? standard.sequence() : sequence;
    int before = cached != null ? cached : sequence == null ? standard.cached() : 0;
    return Arguments.read(
        "--batch, --sequence and --cached", () -> new InputShape(batch, tokens, before));
  }

  /** The input in words, as far as a family looks at it: {@code 2 x 128 tokens}. */
  String described(Architecture architecture) {
    InputShape input = input();
    if (!hasPixels(architecture)) {
      String tokens = input.batch() + " x " + input.sequence() + " tokens";
      return input.cached() == 0 ? tokens : tokens + " after " + input.cached();
    }
    int side = architecture.integer(RESOLUTION);
    return input.batch() + " x " + side + " x " + side + " pixels";
  }

  /** Bytes of the keys and values of all tokens, float32; 0 where none are kept. */
  private long cacheBytes(Architecture architecture) {
    InputShape input = input();
    long tokens = (long) input.batch() * (input.sequence() + input.cached());
    return Math.multiplyExact(
        Math.multiplyExact((long) Float.BYTES, tokens), architecture.family().cached(architecture));
  }

  /**
   * What to say of the keys and values that a decoder keeps, or of an option that was given and
   * changes nothing.
   */
  Optional<String> explain(Architecture architecture) {
    if (architecture.family().cached(architecture) > 0) {
      long bytes = Arguments.read(architecture.toString(), () -> cacheBytes(architecture));
      return Optional.of(System.lineSeparator() + "The keys and values of all "
          + (input().sequence() + input().cached()) + " tokens of an example, kept for the next:"
          + " " + Quantity.bytes(bytes) + (input().batch() == 1 ? "." : " of the whole batch."));
    }
    if (cached != null && cached > 0) {
      return Optional.of(System.lineSeparator() + "--cached is of decoders: family "
          + architecture.family().name() + " keeps no keys and values.");
    }
    return sequence != null && hasPixels(architecture)
        ? Optional.of(System.lineSeparator() + "--sequence changes nothing here: the input of"
            + " family " + architecture.family().name() + " is its dimension resolution.")
        : Optional.empty();
  }

  private static boolean hasPixels(Architecture architecture) {
    return architecture.has(RESOLUTION);
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

  /** Adds the bytes of the keys and values that a decoder keeps. */
  ObjectNode withCache(ObjectNode json, Architecture architecture) {
    return architecture.family().cached(architecture) == 0
        ? json
        : json.put(
            "cacheBytes",
            Arguments.<Long>read(architecture.toString(), () -> cacheBytes(architecture)));
  }
}
