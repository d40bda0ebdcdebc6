package dev.retort.supernet.generate;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What was written behind a prompt.
 *
 * @param tokens the ids, without the prompt's; where a token ended the text it is the last
 * @param ending why there are no more
 */
public record Generated(ImmutableIntArray tokens, Ending ending) {
  /** Why a text ends. */
  public enum Ending {
    /** By a token that ends texts. */
    STOP,
    /** It has as many tokens as were asked for, or as the network has positions. */
    LENGTH
  }

  /** The tokens without the one that ended the text. */
  public ImmutableIntArray text() {
    return ending == Ending.STOP ? tokens.subArray(0, tokens.length() - 1) : tokens;
  }
}
