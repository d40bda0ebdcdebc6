package dev.retort.supernet.generate;

import com.google.common.collect.ImmutableList;

/** How one prompt is written on from, token by token. It may follow several rows side by side. */
sealed interface Continuation permits BeamSearch, DrawnText {
  /**
   * Where to go on.
   *
   * @param row one of the rows that logits were given for
   * @param token what is written behind it
   */
  record Step(int row, int token) {}

  /**
   * Chooses what is written next.
   *
   * @param logits of the token behind each of its rows [rows][V]; one row at first, then as many as
   *     it gave steps
   * @return a step for each row to go on with; empty when the text has ended
   */
  ImmutableList<Step> next(float[][] logits);

  /** What has been written; to be asked for at the end. */
  Generated result();
}
