package dev.retort.pipeline.recipe;

import dev.retort.search.Racing;
import org.jspecify.annotations.Nullable;

/**
 * When candidates are dropped before they are fully scored: {@link Racing}. Without the key, or
 * with {@code racing: off}, each candidate is scored on all held-out examples.
 *
 * @param confidence probability, at least, that a candidate as good as its rival is kept; default
 *     0.99
 * @param first blocks before the first test; default 3
 * @param blocks into how many blocks held-out examples are cut, at least; default 16
 */
public record RacingRecipe(double confidence, int first, int blocks) {
  private static final Interval CONFIDENCE =
      new Interval(0.5, false, 1, true, "a number from 0.5 to below 1");

  /** Whether a word switches racing off. */
  private static boolean off(@Nullable YamlTree tree) {
    return tree instanceof YamlTree.Scalar scalar && scalar.text().equals("off");
  }

  static @Nullable RacingRecipe read(Section search) {
    if (!search.has("racing") || off(search.tree("racing"))) {
      return null;
    }
    Section section = search.section("racing");
    RacingRecipe read = new RacingRecipe(
        section.decimal("confidence", 0.99, CONFIDENCE),
        section.integer("first", 3, 2, 1_000_000),
        section.integer("blocks", 16, 2, 1_000_000));
    if (read.first >= read.blocks) {
      section.mistake(
          "first",
          "found " + read.first + "; allowed: less than blocks (" + read.blocks
              + "), or no candidate is ever dropped");
    }
    section.close();
    return read;
  }

  /** The same for a search that is asked for so many candidates a budget. */
  Racing options(int top) {
    return new Racing(confidence, first, top);
  }

  /** Examples a block, at most as many as are run at once anyway. */
  public int batch(int examples, int most) {
    return Math.max(1, Math.min(most, (examples + blocks - 1) / blocks));
  }
}
