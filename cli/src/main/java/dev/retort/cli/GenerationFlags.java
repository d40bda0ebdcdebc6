package dev.retort.cli;

import com.google.common.collect.ImmutableSet;
import dev.retort.supernet.generate.GenerationOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how text is written. */
final class GenerationFlags {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100",
      description = "The most tokens behind a prompt (default: 100).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draws tokens, with logits over T (default: 0, the likeliest token each time;"
          + " with --top-k or --top-p 1).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draws among the K likeliest tokens (default: all).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draws among the fewest likeliest tokens with this share of the probability"
          + " (default: 1, all).")
  private double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      defaultValue = "1",
      description = "Above 1 makes tokens that were there before less likely (default: 1).")
  private double repetitionPenalty;

  @Option(
      names = "--beams",
      paramLabel = "B",
      defaultValue = "1",
      description = "Beam search: so many texts side by side, of which the likeliest is printed"
          + " (default: 1).")
  private int beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "L",
      defaultValue = "1",
      description = "Of beams: what power of its length a text's log-probability is divided by;"
          + " above 0 favours long ones (default: 1).")
  private double lengthPenalty;

  @Option(
      names = "--early-stopping",
      description = "Of beams: ends as soon as as many texts as beams have ended.")
  private boolean earlyStopping;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Another seed draws other tokens (default: 0).")
  private long seed;

  /** What was asked for, with the tokens that end a text. */
  GenerationOptions options(ImmutableSet<Integer> stops) {
    boolean drawn = topK > 0 || topP < 1;
    double heat = temperature == null ? (drawn ? 1 : 0) : temperature;
    return Arguments.read(
        "options",
        () -> new GenerationOptions(
            maxTokens,
            heat,
            topK,
            topP,
            repetitionPenalty,
            beams,
            lengthPenalty,
            earlyStopping,
            seed,
            stops));
  }
}
