package dev.retort.data;

import java.util.Arrays;

/**
 * Decodes tokens one by one, as a text is generated: gives text as soon as its characters are
 * whole.
 *
 * <p>A character may be spread over several tokens, a piece may lose the space before it at the
 * beginning of a text, so that the text of tokens is not that of each of them. What was given is
 * never taken back: where bytes are no UTF-8, the whole may have another number of U+FFFD. Special
 * tokens give nothing. For use by one thread.
 */
public final class TextStream {
  /** Tokens that wait at most for a character to become whole; it has four bytes at most. */
  private static final int LONGEST_WAIT = 16;

  private static final char UNKNOWN = '\uFFFD';

  private final Tokenizer tokenizer;
  private int[] window;
  private int given;
  private String before;

  /**
   * Begins a stream.
   *
   * @param context the tokens before, whose text is not given again; none at the start of a text
   */
  public TextStream(Tokenizer tokenizer, int... context) {
    this.tokenizer = tokenizer;
    this.window = context.clone();
    this.given = window.length;
    this.before = tokenizer.decode(window);
  }

  /** Takes a token; gives the text that has become whole, which may be empty. */
  public String add(int id) {
    if (tokenizer.specials().all().contains(id)) {
      return "";
    }
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = id;
    String text = tokenizer.decode(window);
    boolean open = !text.isEmpty() && text.charAt(text.length() - 1) == UNKNOWN;
    return open && window.length - given < LONGEST_WAIT ? "" : give(text);
  }

  /** What is left when the last token has been taken: characters that never became whole. */
  public String end() {
    return window.length == given ? "" : give(tokenizer.decode(window));
  }

  private String give(String text) {
    int[] fresh = Arrays.copyOfRange(window, given, window.length);
    // Bytes that are no UTF-8 can change the text of those before them, which is out already.
    String more =
        text.startsWith(before) ? text.substring(before.length()) : tokenizer.decode(fresh);
    window = fresh;
    given = fresh.length;
    before = tokenizer.decode(fresh);
    return more;
  }
}
