package dev.retort.data;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Examples in memory, packed: one pool of token ids and not an object each.
 *
 * <p>An example takes 4 bytes a token and 16 more. Immutable, so safe for use by several threads.
 */
public final class TokenStore implements Dataset<Example> {
  private static final int CHUNK = 1 << 13;

  private final int[] pool;
  private final int[] starts;
  private final int[] seconds;
  private final float[] labels;
  private final int pad;
  private final boolean regression;

  private TokenStore(Builder grown, int pad, boolean regression) {
    this.pool = grown.pool.tokens();
    this.starts = grown.pool.starts();
    this.seconds = Arrays.copyOf(grown.seconds, grown.size);
    this.labels = Arrays.copyOf(grown.labels, grown.size);
    this.pad = pad;
    this.regression = regression;
  }

  /**
   * Encodes texts or pairs.
   *
   * @param maxLength the most tokens of an example, special ones included
   * @param regression whether labels are scores and not class indices
   */
  public static TokenStore of(
      Tokenizer tokenizer, List<LabeledText> texts, int maxLength, boolean regression) {
    Builder builder = new Builder();
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<LabeledText> chunk = texts.subList(from, Math.min(from + CHUNK, texts.size()));
      tokenizer.encodeAll(chunk, maxLength).forEach(builder::add);
    }
    return new TokenStore(builder, tokenizer.pad(), regression);
  }

  /** Encodes text without labels; the labels are NaN. */
  public static TokenStore of(Tokenizer tokenizer, TextCorpus corpus, int maxLength) {
    Builder builder = new Builder();
    corpus.forEach(CHUNK, texts -> tokenizer
        .encodeAll(texts.stream().map(LabeledText::of).toList(), maxLength)
        .forEach(builder::add));
    return new TokenStore(builder, tokenizer.pad(), false);
  }

  /**
   * Packs examples whose labels are classes; an example's types must be zeros, then ones.
   *
   * @param pad the id of {@code [PAD]}
   */
  public static TokenStore of(Iterable<Example> examples, int pad) {
    Builder builder = new Builder();
    examples.forEach(builder::add);
    return new TokenStore(builder, pad, false);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Example get(int index) {
    int[] ids = Arrays.copyOfRange(pool, starts[index], starts[index + 1]);
    int[] types = new int[ids.length];
    Arrays.fill(types, seconds[index], types.length, 1);
    return new Example(ids, types, labels[index]);
  }

  @Override
  public int length(int index) {
    return starts[index + 1] - starts[index];
  }

  @Override
  public float label(int index) {
    return labels[index];
  }

  /** Trimmed to its longest example and padded on the right. */
  @Override
  public TextBatch batch(NDManager manager, int[] indices, @Nullable Draw draw) {
    return Batches.text(manager, rows(indices, draw), indices, regression);
  }

  @Override
  public PreparedBatch prepare(int[] indices, @Nullable Draw draw) {
    PaddedRows rows = rows(indices, draw);
    return manager -> Batches.text(manager, rows, indices, regression);
  }

  private PaddedRows rows(int[] indices, @Nullable Draw draw) {
    PaddedRows rows = PaddedRows.gather(this, indices, pad);
    rows.alter(draw);
    return rows;
  }

  /** Grows a store. */
  private static final class Builder {
    private final TokenPool pool = new TokenPool();
    private int[] seconds = new int[1 << 8];
    private float[] labels = new float[1 << 8];
    private int size;

    void add(Example example) {
      if (size == labels.length) {
        int length = TokenPool.grown(size, size + 1);
        seconds = Arrays.copyOf(seconds, length);
        labels = Arrays.copyOf(labels, length);
      }
      pool.add(example.ids());
      seconds[size] = second(example.types());
      labels[size] = example.label();
      size++;
    }

    private static int second(int[] types) {
      int start = 0;
      while (start < types.length && types[start] == 0) {
        start++;
      }
      for (int i = start; i < types.length; i++) {
        if (types[i] != 1) {
          throw new IllegalArgumentException("types must be zeros, then ones: " + types[i]);
        }
      }
      return start;
    }
  }
}
