package dev.retort.space;

/**
 * Where an architecture stands among the combinations of a space's choices.
 *
 * @param frame the number of what all layers share
 * @param stages the number of what each stage chooses; empty where stages choose nothing
 * @param options the number of what each layer chooses, those of the first stage first; empty where
 *     layers choose nothing
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and never handed out of the package.
record Place(int frame, int[] stages, int[] options) {
  private static final int[] NONE = {};

  /** A place where all stages are alike. */
  Place(int frame, int[] options) {
    this(frame, NONE, options);
  }

  /** A place where all stages and layers are alike. */
  Place(int frame) {
    this(frame, NONE, NONE);
  }
}
