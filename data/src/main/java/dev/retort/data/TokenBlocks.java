package dev.retort.data;

import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Text for a language model: each token's label is the next one.
 *
 * <p>Packed: all documents one behind the other, cut into blocks of one length; the label of a
 * block's last token is the first of the next, so that every token but the very first is asked for
 * once. Padded: a document an example, cut at that length; its last token has no label. A token
 * takes four bytes. Immutable, so safe for use by several threads.
 */
public final class TokenBlocks implements LabeledTokens {
  private static final int CHUNK = 1 << 13;

  private final int[] tokens;
  private final int[] starts;
  private final int pad;
  private final boolean packed;

  private TokenBlocks(int[] tokens, int[] starts, int pad, boolean packed) {
    this.tokens = tokens;
    this.starts = starts;
    this.pad = pad;
    this.packed = packed;
    if (size() == 0) {
      throw new UserException(
          UserException.Kind.INPUT,
          "The text has " + tokens.length + " tokens; a language model needs two or more, one to"
              + " read and one to guess. Give more text.");
    }
  }

  /**
   * What stands around each document.
   *
   * @param first the ids before it
   * @param last the ids behind it
   */
  public record Ends(List<Integer> first, List<Integer> last) {
    /** Keeps copies. */
    public Ends {
      first = List.copyOf(first);
      last = List.copyOf(last);
    }

    /**
     * What a tokenizer puts before a text, if anything; behind it what it puts there, or else its
     * end of text, if it has one.
     */
    public static Ends of(Tokenizer tokenizer) {
      int[] behind = tokenizer.behind();
      int[] last = behind.length == 0 ? tokenizer.specials().eos().stream().toArray() : behind;
      return new Ends(boxed(tokenizer.before()), boxed(last));
    }

    private static List<Integer> boxed(int[] ids) {
      return Arrays.stream(ids).boxed().toList();
    }

    /** A document with its ends. */
    public int[] around(int[] ids) {
      int[] all = new int[first.size() + ids.length + last.size()];
      int at = 0;
      for (int each : first) {
        all[at++] = each;
      }
      System.arraycopy(ids, 0, all, at, ids.length);
      at += ids.length;
      for (int each : last) {
        all[at++] = each;
      }
      return all;
    }
  }

  /**
   * Packs a corpus into blocks, each line a document with its tokenizer's ends.
   *
   * @param length tokens a block, from 1; the last block may have fewer
   */
  public static TokenBlocks packed(Tokenizer tokenizer, TextCorpus corpus, int length) {
    return packed(tokenizer, corpus, Ends.of(tokenizer), length);
  }

  /** As above, with other ends of documents. */
  public static TokenBlocks packed(Tokenizer tokenizer, TextCorpus corpus, Ends ends, int length) {
    TokenPool pool = new TokenPool();
    encode(tokenizer, corpus, ends, pool::add);
    return packed(pool, length, tokenizer.pad());
  }

  /**
   * Packs documents of tokens, as a network generates them, with their ends.
   *
   * @param length tokens a block, from 1
   * @param pad what rows are filled with
   */
  public static TokenBlocks packed(Iterable<int[]> documents, int length, int pad) {
    TokenPool pool = new TokenPool();
    documents.forEach(pool::add);
    return packed(pool, length, pad);
  }

  private static TokenBlocks packed(TokenPool pool, int length, int pad) {
    check(length, 1);
    int[] tokens = pool.tokens();
    // The last token is a label only.
    int read = Math.max(0, tokens.length - 1);
    int[] starts = new int[(int) (((long) read + length - 1) / length) + 1];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = (int) Math.min(read, (long) i * length);
    }
    return new TokenBlocks(tokens, starts, pad, true);
  }

  /**
   * Takes each line of a corpus for an example, with its tokenizer's ends.
   *
   * @param length the most tokens of an example, from 2; the rest is cut off
   */
  public static TokenBlocks padded(Tokenizer tokenizer, TextCorpus corpus, int length) {
    return padded(tokenizer, corpus, Ends.of(tokenizer), length);
  }

  /** As above, with other ends of documents. */
  public static TokenBlocks padded(Tokenizer tokenizer, TextCorpus corpus, Ends ends, int length) {
    check(length, 2);
    TokenPool pool = new TokenPool();
    encode(tokenizer, corpus, ends, document -> addCut(pool, document, length));
    return new TokenBlocks(pool.tokens(), pool.starts(), tokenizer.pad(), false);
  }

  /**
   * Takes each document of tokens for an example; those of fewer than two tokens are left out.
   *
   * @param length the most tokens of an example, from 2; the rest is cut off
   * @param pad what rows are filled with
   */
  public static TokenBlocks padded(Iterable<int[]> documents, int length, int pad) {
    check(length, 2);
    TokenPool pool = new TokenPool();
    documents.forEach(document -> addCut(pool, document, length));
    return new TokenBlocks(pool.tokens(), pool.starts(), pad, false);
  }

  private static void addCut(TokenPool pool, int[] document, int length) {
    if (document.length > 1) {
      pool.add(document.length > length ? Arrays.copyOf(document, length) : document);
    }
  }

  private static void check(int length, int least) {
    if (length < least) {
      throw new IllegalArgumentException("length (" + length + ") must be " + least + " or more");
    }
  }

  private static void encode(
      Tokenizer tokenizer, TextCorpus corpus, Ends ends, Consumer<int[]> sink) {
    corpus.forEach(
        CHUNK, texts -> tokenizer.ids(texts).forEach(ids -> sink.accept(ends.around(ids))));
  }

  @Override
  public int size() {
    return starts.length - 1;
  }

  /** What is read: the block's tokens without the label of the last. */
  @Override
  public Example get(int index) {
    int[] ids = Arrays.copyOfRange(tokens, starts[index], starts[index + 1]);
    return new Example(ids, new int[ids.length], Float.NaN);
  }

  @Override
  public int length(int index) {
    return starts[index + 1] - starts[index];
  }

  @Override
  public int pad() {
    return pad;
  }

  @Override
  public int tokenLabel(int index, int position) {
    int next = starts[index] + position + 1;
    return next < (packed ? tokens.length : starts[index + 1]) ? tokens[next] : IGNORED;
  }

  /** How many tokens there are that are asked for. */
  public long labels() {
    return packed ? tokens.length - 1L : (long) tokens.length - size();
  }
}
