package dev.retort.cli;

import dev.retort.data.MaskedWords;
import dev.retort.data.TextCorpus;
import dev.retort.pipeline.TokenEvaluation;
import dev.retort.space.UserException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model is measured that answers single tokens. */
final class TokenOptions {
  private static final int ANSWERS = 20;
  private static final int ANSWER_TOKENS = 64;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description = "Of single tokens: tokens that the model reads at once (default: what its files"
          + " say, at most 1024).")
  private @Nullable Integer sequence;

  @Option(
      names = "--documents",
      paramLabel = "WHAT",
      description = "Of documents: what one is: line, blank-line (the lines up to a blank one) or"
          + " file (default: line).")
  private @Nullable String documents;

  @Option(
      names = "--masked",
      paramLabel = "SHARE",
      description = "Of masked words: the share of the pieces that is asked for (default: 0.15).")
  private @Nullable Double masked;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of masked words: which are asked for (default: 0, as in runs).")
  private @Nullable Long seed;

  @Option(
      names = "--answers",
      paramLabel = "N",
      description =
          "Of instructions: prompts that are answered, for rouge-l; 0: none (default:" + " 20).")
  private @Nullable Integer answers;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      description = "Of instructions: the most tokens of an answer (default: 64).")
  private @Nullable Integer answerTokens;

  /** Whether any of them is given. */
  boolean given() {
    return sequence != null
        || documents != null
        || masked != null
        || seed != null
        || answers != null
        || answerTokens != null;
  }

  TokenEvaluation evaluation(@Nullable Integer batch) {
    if (answers != null && answers < 0) {
      throw new UserException(
          UserException.Kind.USAGE, "--answers: must be at least 0, not (" + answers + ")");
    }
    return Arguments.read(
        "--masked",
        () -> new TokenEvaluation(
            documents(),
            sequence,
            batch,
            Objects.requireNonNullElse(masked, MaskedWords.PROBABILITY),
            Objects.requireNonNullElse(seed, 0L),
            Objects.requireNonNullElse(answers, ANSWERS),
            Arguments.positive(
                "--answer-tokens", Objects.requireNonNullElse(answerTokens, ANSWER_TOKENS))));
  }

  private TextCorpus.Documents documents() {
    if (documents == null) {
      return TextCorpus.Documents.LINE;
    }
    for (TextCorpus.Documents each : TextCorpus.Documents.values()) {
      if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(documents)) {
        return each;
      }
    }
    throw new UserException(
        UserException.Kind.USAGE,
        "--documents: found (" + documents + "); allowed: line, blank-line, file.");
  }
}
