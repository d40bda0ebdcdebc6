package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One reading of a recipe: where its paths lead, where its keys stand, what is wrong with it. */
final class Reading {
  private final Path folder;
  private final List<Mistake> mistakes;
  private final Map<String, Position> positions = new LinkedHashMap<>();

  /**
   * A reading.
   *
   * @param folder the recipe's folder
   * @param mistakes gathers the mistakes
   */
  Reading(Path folder, List<Mistake> mistakes) {
    this.folder = folder;
    this.mistakes = mistakes;
  }

  void place(String key, Position position) {
    positions.put(key, position);
  }

  ImmutableMap<String, Position> positions() {
    return ImmutableMap.copyOf(positions);
  }

  List<Mistake> mistakes() {
    return new ArrayList<>(mistakes);
  }

  void mistake(Position position, String key, String message) {
    mistakes.add(Mistake.at(position, key, message));
  }

  /** Notes that a value is not what its key takes. */
  void wrong(YamlTree found, String key, String allowed) {
    String advice = found instanceof YamlTree.Scalar scalar && scalar.isNull()
        ? "; give a value or take the key out"
        : "";
    mistake(found.position(), key, "found " + found.words() + "; allowed: " + allowed + advice);
  }

  /**
   * The file or folder that a text names: absolute as it is; relative beside the recipe, or else
   * where the command runs. Where neither exists, the one beside the recipe, for the message.
   */
  @Nullable
  Path existing(String text) {
    try {
      Path beside = folder.resolve(text).toAbsolutePath().normalize();
      Path here = Path.of(text).toAbsolutePath().normalize();
      return !Files.exists(beside) && Files.exists(here) ? here : beside;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** The file or folder to be written that a text names: relative to where the command runs. */
  @Nullable
  Path written(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
