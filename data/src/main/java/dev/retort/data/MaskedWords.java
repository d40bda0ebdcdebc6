package dev.retort.data;

import com.google.common.collect.ImmutableSet;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Masked language modelling (Devlin et al., BERT, NAACL 2019): some pieces are chosen to be
 * guessed; of these most are shown as {@code [MASK]}, some as another piece, some as they are.
 *
 * <p>Which ones is a function of the seed, the step and the row of the batch. Of each text at least
 * one piece is chosen, as in BERT's own data, so that every batch has a loss.
 *
 * @param probability the chance of a piece to be chosen, above 0, at most 1: 0.15 in BERT
 * @param masked the share of the chosen that is masked: 0.8
 * @param replaced the share of the chosen that becomes a piece drawn at random: 0.1
 * @param maskId the id of {@code [MASK]}
 * @param size the number of ids, from which pieces are drawn
 * @param special the ids that are never chosen and never drawn
 */
public record MaskedWords(
    double probability,
    double masked,
    double replaced,
    int maskId,
    int size,
    ImmutableSet<Integer> special)
    implements Alteration {
  /** BERT's chance of a piece. */
  public static final double PROBABILITY = 0.15;

  /** Checks the shares. */
  public MaskedWords {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability (" + probability + ") must be in (0, 1]");
    }
    if (!(masked >= 0 && replaced >= 0 && masked + replaced <= 1 + 1e-9)) {
      throw new IllegalArgumentException("the shares that are masked (" + masked
          + ") and replaced (" + replaced + ") must be 0 or more, together at most 1");
    }
    if (special.stream().filter(id -> id >= 0 && id < size).count() >= size) {
      throw new IllegalArgumentException("no piece is left to draw from (" + size + ")");
    }
  }

  /**
   * BERT's shares for a tokenizer.
   *
   * @param probability the chance of a piece, usually {@link #PROBABILITY}
   * @throws UserException if it has no mask token
   */
  public static MaskedWords of(double probability, Tokenizer tokenizer) {
    int mask = tokenizer
        .specials()
        .mask()
        .orElseThrow(() -> new UserException(
            UserException.Kind.USAGE,
            "Masked language modelling needs a mask token, and this tokenizer has none. Use one of"
                + " BERT or RoBERTa, or name mask_token in tokenizer_config.json."));
    return new MaskedWords(
        probability, 0.8, 0.1, mask, tokenizer.size(), tokenizer.specials().all());
  }

  /** The stream of a row in training. */
  static RandomGenerator stream(RandomStreams streams, long step, int row) {
    return streams.at("masked-words", step, row);
  }

  /**
   * Changes the rows in place; the first token of all is asked for where no row has a piece.
   *
   * @param streams the stream of each row
   * @return the ids to guess, {@link LabeledRows#IGNORED} where none is [B*S]
   */
  long[] apply(PaddedRows rows, IntFunction<RandomGenerator> streams) {
    long[] labels = new long[rows.ids().length];
    Arrays.fill(labels, LabeledRows.IGNORED);
    int chosen = 0;
    for (int row = 0; row < rows.rows(); row++) {
      chosen += apply(rows, labels, row * rows.columns(), streams.apply(row));
    }
    if (chosen == 0) {
      labels[0] = rows.ids()[0];
    }
    return labels;
  }

  private int apply(PaddedRows rows, long[] labels, int from, RandomGenerator random) {
    int chosen = 0;
    int[] pieces = new int[rows.columns()];
    int count = 0;
    for (int i = from; i < from + rows.columns() && rows.mask()[i] != 0; i++) {
      if (!special.contains((int) rows.ids()[i])) {
        pieces[count++] = i;
        if (random.nextDouble() < probability) {
          choose(rows.ids(), labels, i, random);
          chosen++;
        }
      }
    }
    if (chosen == 0 && count > 0) {
      choose(rows.ids(), labels, pieces[random.nextInt(count)], random);
      chosen++;
    }
    return chosen;
  }

  private void choose(long[] ids, long[] labels, int at, RandomGenerator random) {
    labels[at] = ids[at];
    double what = random.nextDouble();
    if (what < masked) {
      ids[at] = maskId;
    } else if (what < masked + replaced) {
      int drawn = random.nextInt(size);
      while (special.contains(drawn)) {
        drawn = random.nextInt(size);
      }
      ids[at] = drawn;
    }
  }
}
