package dev.retort.distill.golden;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * What Retort computes for one case of a golden-vector file, and where that differs.
 *
 * <p>Values are {@code Float}s or nested {@code List}s of them, whole numbers {@code Long}s.
 *
 * @param name the case
 * @param loss the loss
 * @param grad the gradient with regard to each input that a student has
 * @param components the parts of the loss and what they were made of
 * @param checked how many numbers the file expects and were compared
 * @param mismatches each expected number that is not met, in words; at most five a value
 */
public record GoldenResult(
    String name,
    float loss,
    ImmutableMap<String, Object> grad,
    ImmutableMap<String, Object> components,
    int checked,
    ImmutableList<String> mismatches) {

  /** Whether every expected number is met. */
  public boolean passed() {
    return mismatches.isEmpty();
  }
}
