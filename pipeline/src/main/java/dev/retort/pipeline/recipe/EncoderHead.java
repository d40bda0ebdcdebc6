package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/** The head that a task needs which asks an encoder for single words. */
public enum EncoderHead {
  /** Which word stands there. */
  WORDS("words"),
  /** Which tag the word has. */
  TAGS("tokens");

  private final String word;

  EncoderHead(String word) {
    this.word = word;
  }

  /** The head of a subject; null where it asks for no single words. */
  public static @Nullable EncoderHead of(Subject subject) {
    return switch (subject) {
      case WORDS -> WORDS;
      case TAGS -> TAGS;
      case TEXT, LANGUAGE, IMAGES -> null;
    };
  }

  /** What the dimension {@code head} is. */
  String word() {
    return word;
  }

  /** Whether an architecture has it, with as many outputs; null outputs: any number. */
  boolean isOn(Architecture architecture, @Nullable Integer outputs) {
    return architecture.has("head")
        && architecture.word("head").equals(word)
        && (outputs == null
            || !architecture.has("classes")
            || architecture.integer("classes") == outputs);
  }

  /**
   * The same network with this head.
   *
   * @param outputs the tags; of words it does not count
   */
  public Architecture on(Architecture architecture, int outputs) {
    if (isOn(architecture, this == TAGS ? outputs : null)) {
      return architecture;
    }
    Architecture classes =
        architecture.family().classifier(architecture, this == TAGS ? outputs : 0);
    return classes.with("head", Value.of(word));
  }
}
