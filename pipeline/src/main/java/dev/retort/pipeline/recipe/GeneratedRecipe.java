package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text that the teacher writes, for students to be distilled on: each from the token that begins
 * texts, drawn by the seed, until the teacher ends it or it is full.
 *
 * @param texts how many; default 2000
 * @param tokens the most tokens of a text, those that it begins with included; default the recipe's
 *     sequence
 * @param temperature what logits are divided by before a token is drawn; default 1
 * @param topK draws among so many of the likeliest tokens; default 0, all
 * @param topP draws among the fewest likeliest tokens that have this share of the probability;
 *     default 1, all
 * @param prompt what every text begins with; default nothing
 */
public record GeneratedRecipe(
    int texts, int tokens, double temperature, int topK, double topP, String prompt) {
  private static final Interval TEMPERATURES =
      new Interval(0, true, 100, false, "a number above 0, at most 100");

  static @Nullable GeneratedRecipe read(Section corpus, String key, int sequence) {
    Section section = corpus.section(key);
    GeneratedRecipe read = new GeneratedRecipe(
        section.integer("texts", 2000, 3, 10_000_000),
        section.integer("tokens", sequence, 2, 65_536),
        section.decimal("temperature", 1, TEMPERATURES),
        section.integer("top-k", 0, 0, 10_000_000),
        section.decimal("top-p", 1, Interval.SHARE),
        prompt(section));
    section.close();
    return corpus.has(key) ? read : null;
  }

  private static String prompt(Section section) {
    YamlTree tree = section.tree("prompt");
    if (tree instanceof YamlTree.Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    if (tree != null) {
      section.reading().wrong(tree, section.key("prompt"), "a text");
    }
    return "";
  }

  /**
   * The tokens that every generated text begins with.
   *
   * @throws IllegalArgumentException when there are none, or they leave no room
   */
  public int[] beginning(Tokenizer tokenizer) {
    int[] begin = tokenizer.prompt(prompt);
    if (begin.length == 0) {
      begin = Stream.of(tokenizer.specials().bos(), tokenizer.specials().eos())
          .flatMapToInt(each -> each.stream())
          .limit(1)
          .toArray();
    }
    if (begin.length == 0) {
      throw new IllegalArgumentException("found no token that begins a text, as the tokenizer has"
          + " none; allowed: a prompt; write corpus: {generated: {prompt: The}}");
    }
    if (begin.length >= tokens) {
      throw new IllegalArgumentException("found a prompt of " + begin.length + " tokens; allowed:"
          + " fewer than " + tokens + ", the tokens of a text; shorten it");
    }
    return begin;
  }
}
