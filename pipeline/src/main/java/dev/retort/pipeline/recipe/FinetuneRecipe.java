package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the chosen students are fine-tuned on labels, and what they are compared with.
 *
 * @param train epochs, batch, labels, optimiser (rate 1e-4 by default), objectives; its keys stand
 *     beside the others
 * @param before trainings that come first, in order, each with what differs from {@code train}; of
 *     the fine-tuned student alone, not of what it is compared with; default none
 * @param compare further lists of objectives by name; each fine-tunes a copy of every student alike
 * @param baselines the same architectures without a SuperLM: {@code scratch}, begun at random, and
 *     {@code teacher-slices}, cut from the teacher; default none
 * @param baselineTrain how a baseline is trained on the same labels, by its name; what it leaves
 *     out is as in {@code train}, but its objective is cross-entropy
 */
public record FinetuneRecipe(
    TrainingRecipe train,
    ImmutableList<TrainingRecipe> before,
    ImmutableMap<String, ImmutableList<Term>> compare,
    ImmutableList<String> baselines,
    ImmutableMap<String, TrainingRecipe> baselineTrain)
    implements RecipeTree.Written {
  /** The baselines that there are. */
  public static final ImmutableList<String> BASELINES =
      ImmutableList.of("scratch", "teacher-slices");

  /** How a baseline is trained. */
  public TrainingRecipe baseline(String name) {
    TrainingRecipe own = baselineTrain.get(name);
    if (own == null) {
      throw new IllegalArgumentException("No training for the baseline (" + name + ")");
    }
    return own;
  }

  static @Nullable FinetuneRecipe read(
      Section recipe, CheckpointRecipe checkpoint, Subject subject) {
    if (!recipe.has("finetune")) {
      return null;
    }
    Section section = recipe.section("finetune");
    TrainingRecipe train =
        TrainingRecipe.read(section, TrainingRecipe.standard(1e-4, checkpoint, subject), subject);
    ImmutableList.Builder<TrainingRecipe> before = ImmutableList.builder();
    if (section.has("before")) {
      section.items("before").forEach((at, item) -> {
        Section inner = section.below(item, at);
        before.add(TrainingRecipe.read(inner, train, subject));
        inner.close();
      });
    }
    ImmutableMap<String, ImmutableList<Term>> compare =
        section.named("compare", (all, name) -> Term.read(all, name, ImmutableList.of()));
    ImmutableList<String> baselines = section.words("baselines", ImmutableList.of(), BASELINES);
    Section own = section.section("baseline-train");
    ImmutableMap.Builder<String, TrainingRecipe> trains = ImmutableMap.builder();
    for (String baseline : baselines) {
      Section inner = own.section(baseline);
      trains.put(
          baseline,
          TrainingRecipe.read(
              inner, train.withObjectives(ImmutableList.of(Term.of("cross-entropy"))), subject));
      inner.close();
    }
    own.close();
    section.close();
    return new FinetuneRecipe(train, before.build(), compare, baselines, trains.buildOrThrow());
  }

  @Override
  public Object written() {
    Map<String, Object> tree = new LinkedHashMap<>();
    ((Map<?, ?>) RecipeTree.of(train)).forEach((key, value) -> tree.put(key.toString(), value));
    if (!before.isEmpty()) {
      tree.put("before", before);
    }
    if (!compare.isEmpty()) {
      tree.put("compare", compare);
    }
    tree.put("baselines", baselines);
    if (!baselineTrain.isEmpty()) {
      tree.put("baseline-train", baselineTrain);
    }
    return tree;
  }
}
