package dev.retort.supernet.format;

import dev.retort.space.Architecture;
import dev.retort.space.UserException;

/** Whether a class of transformers can hold an architecture, to be told before it is trained. */
public final class HuggingFaceFit {
  private HuggingFaceFit() {}

  /**
   * Makes sure that {@link HuggingFaceFolder#write} takes weights of an architecture.
   *
   * @throws UserException when no class can hold it; the message says why and what to do
   */
  public static void check(Architecture architecture) {
    HuggingFaceModels.holding(architecture);
  }
}
