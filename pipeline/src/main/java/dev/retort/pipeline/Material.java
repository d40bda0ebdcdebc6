package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Alteration;
import dev.retort.data.Metric;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.space.Architecture;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import org.jspecify.annotations.Nullable;

/**
 * What a run is about: text or images, what is asked of them, and how networks are given them.
 *
 * @param <E> what one example is
 */
sealed interface Material<E>
    permits TextMaterial, MaskedMaterial, TaggedMaterial, LanguageMaterial, ImageMaterial {
  /**
   * The material of a recipe.
   *
   * @param teacher the folder that the teacher, or without one the student, is read from, which may
   *     say how its input is made
   */
  static Material<?> of(Recipe recipe, @Nullable ModelFolder teacher) {
    return switch (recipe.subject()) {
      case TEXT -> TextMaterial.of(recipe, teacher);
      case WORDS -> MaskedMaterial.of(recipe, teacher);
      case TAGS -> TaggedMaterial.of(recipe, teacher);
      case LANGUAGE -> LanguageMaterial.of(recipe, teacher);
      case IMAGES -> ImageMaterial.of(recipe, teacher);
    };
  }

  /** The name of the task. */
  String task();

  /** The classes in the order of the logits; empty where scores are asked for. */
  ImmutableList<String> labels();

  /** A network that was found, with the head that the task needs in place of its own. */
  Architecture headed(Architecture found);

  /** The measure that is reported. */
  Metric metric();

  /** Further measures of what is reported, beside that one; none unless it says otherwise. */
  default ImmutableList<Metric> further() {
    return ImmutableList.of();
  }

  /** What networks are given, in a sentence; empty where it goes without saying. */
  String given();

  /** The examples of a run, before its teacher has been trained. */
  TaskData<E> read(Workbench bench);

  /**
   * The examples of a run, once its teacher has been trained, which may have a part in them.
   *
   * @param data what {@link #read} gave
   */
  default TaskData<E> taught(Workbench bench, TaskData<E> data, Weights teacher) {
    return data;
  }

  /** What a training on labels does to its examples at random. */
  Alteration alteration(TrainingRecipe how);

  /** What the training of a super-net does to its examples at random. */
  Alteration alteration(TrainRecipe how);

  /** What belongs to a model that is kept, beside its weights. */
  StudentFolder.Description description();

  /** The text files that are kept with a model, by name: how its input is made. */
  ImmutableMap<String, String> files();

  /** What can be had without a network, such as naive Bayes; nothing unless it says otherwise. */
  default ImmutableList<MethodLine> floors(TaskData<E> data) {
    return ImmutableList.of();
  }

  /** What an example is called where there are several: {@code text} or {@code images}. */
  default String plural() {
    return "text";
  }
}
