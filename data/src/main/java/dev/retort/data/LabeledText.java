package dev.retort.data;

import org.jspecify.annotations.Nullable;

/**
 * One text, or a pair of texts, with its label.
 *
 * @param first the text, or the first of the pair
 * @param second the second of the pair; null for a single text
 * @param label class index, score, or NaN without a label
 */
public record LabeledText(String first, @Nullable String second, float label) {
  /** A single text with a label. */
  public static LabeledText of(String text, float label) {
    return new LabeledText(text, null, label);
  }

  /** A single text without a label. */
  public static LabeledText of(String text) {
    return new LabeledText(text, null, Float.NaN);
  }

  /** Whether there is a label. */
  public boolean labeled() {
    return !Float.isNaN(label);
  }
}
