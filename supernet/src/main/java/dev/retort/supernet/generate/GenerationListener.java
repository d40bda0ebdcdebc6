package dev.retort.supernet.generate;

/** Hears of each token as soon as it is certain: beam search tells all of a text at its end. */
public interface GenerationListener {
  /** Hears nothing. */
  GenerationListener NONE = (prompt, token) -> {};

  /**
   * A token was written.
   *
   * @param prompt the prompt's place in the list, from 0
   * @param token its id
   */
  void wrote(int prompt, int token);
}
