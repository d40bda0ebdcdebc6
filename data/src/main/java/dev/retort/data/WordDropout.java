package dev.retort.data;

import com.google.common.collect.ImmutableSet;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Replaces pieces by {@code [MASK]} at random, so that a network does not lean on single words.
 *
 * <p>Which ones is a function of the seed, the step and the place in the batch.
 *
 * @param probability the chance of each piece, 0 to 1
 * @param maskId the id of {@code [MASK]}
 * @param special the ids that are left as they are
 */
public record WordDropout(double probability, int maskId, ImmutableSet<Integer> special)
    implements Alteration {
  /** Checks the probability. */
  public WordDropout {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability (" + probability + ") must be in [0, 1]");
    }
  }

  /**
   * Word dropout for a tokenizer.
   *
   * @throws UserException if it has no mask token, unless nothing is to be replaced
   */
  public static WordDropout of(double probability, Tokenizer tokenizer) {
    OptionalInt mask = tokenizer.specials().mask();
    if (mask.isEmpty() && probability > 0) {
      throw new UserException(
          UserException.Kind.USAGE,
          "Words are to be masked at random (" + probability + "), but the tokenizer has no mask"
              + " token. Set the probability to 0, or use a tokenizer that has one.");
    }
    return new WordDropout(probability, mask.orElse(-1), tokenizer.specials().all());
  }

  /** Replaces in place. */
  void apply(PaddedRows rows, RandomStreams streams, long step) {
    if (probability == 0) {
      return;
    }
    long[] ids = rows.ids();
    for (int row = 0; row < rows.rows(); row++) {
      RandomGenerator random = streams.at("word-dropout", step, row);
      int from = row * rows.columns();
      for (int i = from; i < from + rows.columns() && rows.mask()[i] != 0; i++) {
        if (random.nextDouble() < probability && !special.contains((int) ids[i])) {
          ids[i] = maskId;
        }
      }
    }
  }
}
