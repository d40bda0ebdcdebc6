package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * What is measured in the end.
 *
 * @param splits the task's files: {@code dev}, {@code test}; default test where the task has one
 *     with labels (GLUE has not), else dev
 * @param metrics the measures; default, and where empty, the task's own
 * @param batch examples a batch; default 64
 * @param dev images or documents of the training part that are kept for dev, where a task has no
 *     dev part of its own; a count or a share, default 10%; null for texts that are told apart
 * @param test texts that are kept for test likewise; for tasks that ask for single tokens alone
 */
public record EvaluateRecipe(
    ImmutableList<String> splits,
    ImmutableList<String> metrics,
    int batch,
    @Nullable Amount dev,
    @Nullable Amount test) {
  private static final ImmutableList<String> LANGUAGE =
      ImmutableList.of("perplexity", "token-accuracy", "rouge-l");

  private static final ImmutableList<String> TAGS = ImmutableList.of("entity-f1", "token-accuracy");

  private static final ImmutableList<String> METRICS =
      ImmutableList.of("accuracy", "f1", "matthews", "pearson", "spearman");

  static EvaluateRecipe read(Section recipe, @Nullable TaskRecipe task, Subject subject) {
    Section section = recipe.section("evaluate");
    boolean test = task instanceof TaskRecipe.Files files && files.test() != null
        || task instanceof TaskRecipe.Images
        || task instanceof TaskRecipe.Language
        || task instanceof TaskRecipe.Texts
        || task instanceof TaskRecipe.OfTokens;
    boolean unknown = task == null && recipe.has("task");
    ImmutableList<String> allowed =
        test || unknown ? ImmutableList.of("dev", "test") : ImmutableList.of("dev");
    EvaluateRecipe read = new EvaluateRecipe(
        section.words("splits", ImmutableList.of(test ? "test" : "dev"), allowed),
        section.words(
            "metrics",
            ImmutableList.of(),
            switch (subject) {
              case LANGUAGE, WORDS -> LANGUAGE;
              case TAGS -> TAGS;
              case TEXT, IMAGES -> METRICS;
            }),
        section.integer("batch", 64, 1, 65_536),
        dev(section, subject),
        test(section, subject));
    section.close();
    return read;
  }

  private static @Nullable Amount dev(Section section, Subject subject) {
    if (subject == Subject.TEXT) {
      section.foreign(
          "belongs to images and language models; the family of space does neither", "dev");
      return null;
    }
    return kept(section, "dev", "ways of training are compared on these");
  }

  private static @Nullable Amount test(Section section, Subject subject) {
    if (!subject.ofTokens()) {
      section.foreign(Subject.OF_LANGUAGE, "test");
      return null;
    }
    return kept(section, "test", "networks are reported on these");
  }

  private static Amount kept(Section section, String key, String why) {
    Amount kept = OptimizerRecipe.amount(section, key, Amount.percent(10));
    if (kept.value() == 0 || kept.percent() && kept.value() >= 100) {
      section.mistake(
          key,
          "found " + kept + "; allowed: a count above 0, or a share above 0% and below 100%;" + " "
              + why);
    }
    return kept;
  }
}
