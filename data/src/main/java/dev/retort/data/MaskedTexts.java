package dev.retort.data;

import ai.djl.ndarray.NDManager;
import dev.retort.space.RandomStreams;
import org.jspecify.annotations.Nullable;

/**
 * Texts for masked language modelling: pieces are masked in every batch, and they are its labels.
 *
 * <p>A batch with a draw masks by the draw's seed and step, with the {@link MaskedWords} of the
 * draw or else the data set's own. One without a draw, for evaluation, masks each text in one way
 * for ever, whatever batch it is in. Immutable, so safe for use by several threads.
 */
public final class MaskedTexts implements Dataset<Example> {
  private final Dataset<Example> texts;
  private final MaskedWords masking;
  private final int pad;
  private final RandomStreams fixed;

  private MaskedTexts(Dataset<Example> texts, MaskedWords masking, int pad, RandomStreams fixed) {
    this.texts = texts;
    this.masking = masking;
    this.pad = pad;
    this.fixed = fixed;
  }

  /**
   * Masks texts.
   *
   * @param texts the texts, whole or packed into blocks; their labels do not count
   * @param masking how they are masked
   * @param pad what rows are filled with
   * @param seed of the masks without a draw
   */
  public static MaskedTexts of(Dataset<Example> texts, MaskedWords masking, int pad, long seed) {
    return new MaskedTexts(texts, masking, pad, new RandomStreams(seed));
  }

  @Override
  public int size() {
    return texts.size();
  }

  /** The text as it is. */
  @Override
  public Example get(int index) {
    return texts.get(index);
  }

  @Override
  public int length(int index) {
    return texts.length(index);
  }

  /** NaN: the labels are those of tokens. */
  @Override
  public float label(int index) {
    return Float.NaN;
  }

  @Override
  public TextBatch batch(NDManager manager, int[] indices, @Nullable Draw draw) {
    return rows(indices, draw).make(manager);
  }

  @Override
  public PreparedBatch prepare(int[] indices, @Nullable Draw draw) {
    return rows(indices, draw);
  }

  private LabeledRows rows(int[] indices, @Nullable Draw draw) {
    PaddedRows rows = PaddedRows.gather(texts, indices, pad);
    long[] labels = draw == null
        ? masking.apply(rows, row -> fixed.at("masked-words-fixed", 0, indices[row]))
        : masking(draw).apply(rows, row -> MaskedWords.stream(draw.streams(), draw.step(), row));
    return LabeledRows.of(rows, labels, indices);
  }

  private MaskedWords masking(Draw draw) {
    if (draw.alteration() instanceof MaskedWords other) {
      return other;
    }
    if (draw.alteration() instanceof WordDropout words && words.probability() == 0) {
      return masking;
    }
    throw new IllegalArgumentException(
        "Masked text cannot be altered by (" + draw.alteration() + ")");
  }
}
