package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TaggedText;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The files of a task that tags words.
 *
 * @param files where the texts lie
 * @param labels the tags in the order of the logits, two or more
 */
public record TaggedFiles(TextFiles files, ImmutableList<String> labels) {
  /**
   * The files of a recipe, and the tags: those of its file of labels, else all that its texts have.
   *
   * @throws UserException when a file is missing or wrong, or there are fewer than two tags
   */
  public static TaggedFiles of(Recipe recipe) {
    TaskRecipe.Tagged task =
        (TaskRecipe.Tagged) Objects.requireNonNull(recipe.task(), "a checked recipe has a task");
    TextFiles files =
        Objects.requireNonNull(TextFiles.of(recipe), "a checked recipe has files of its task");
    Path labels = task.labels();
    return new TaggedFiles(files, labels == null ? tags(files) : read(labels));
  }

  private static ImmutableList<String> tags(TextFiles files) {
    List<TaggedText> all = new ArrayList<>(TaggedText.read(files.train()));
    if (files.dev() != null) {
      all.addAll(TaggedText.read(files.dev()));
    }
    if (files.test() != null) {
      all.addAll(TaggedText.read(files.test()));
    }
    return several(files.train(), TaggedText.tags(all));
  }

  private static ImmutableList<String> read(Path file) {
    Set<String> labels = new LinkedHashSet<>();
    TextLines.read(file, (number, line) -> {
      String label = line.strip();
      if (label.isEmpty() || !labels.add(label)) {
        throw TextLines.wrong(
            file,
            number,
            (label.isEmpty() ? "a tag is expected" : "'" + label + "' stands there already")
                + ". Write each tag once, one a line.");
      }
    });
    return several(file, ImmutableList.copyOf(labels));
  }

  private static ImmutableList<String> several(Path file, ImmutableList<String> labels) {
    if (labels.size() < 2) {
      throw TextLines.wrong(
          file, "has one tag (" + labels + "); two or more are needed to tell words apart.");
    }
    return labels;
  }
}
