package dev.retort.distill.golden;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What Retort computes for one case of a golden-vector file, and where that differs.
 *
 * <p>Values are {@code Float}s or nested {@code List}s of them, whole numbers {@code Long}s.
 *
 * @param name the case
 * @param loss the loss; null where the case has none, a schedule for instance
 * @param grad the gradient with regard to each input that a student has
 * @param components the parts of the loss and what they were made of
 * @param values what else the case gives: numbers, words, nested lists and maps
 * @param checked how many numbers the file expects and were compared
 * @param mismatches each expected number that is not met, in words; at most five a value
 */
public record GoldenResult(
    String name,
    @Nullable Float loss,
    ImmutableMap<String, Object> grad,
    ImmutableMap<String, Object> components,
    ImmutableMap<String, Object> values,
    int checked,
    ImmutableList<String> mismatches) {

  /** Whether every expected number is met. */
  public boolean passed() {
    return mismatches.isEmpty();
  }
}
