package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a validation has found so far. */
final class Findings {
  private final RecipeFile file;
  private final List<Mistake> mistakes = new ArrayList<>();

  Findings(RecipeFile file) {
    this.file = file;
  }

  Recipe recipe() {
    return file.recipe();
  }

  /** Whether a key is in the file. */
  boolean has(String key) {
    return file.positions().containsKey(key);
  }

  /** Notes a mistake at a key. */
  void mistake(String key, String message) {
    mistakes.add(file.mistake(key, message));
  }

  /** What a supplier gives, or null and a mistake at the key where it refuses. */
  <T> @Nullable T attempt(String key, String advice, Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException | ArithmeticException | UserException e) {
      mistake(key, e.getMessage() + (advice.isEmpty() ? "" : "; " + advice));
      return null;
    }
  }

  ImmutableList<Mistake> mistakes() {
    return ImmutableList.copyOf(mistakes);
  }
}
