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
  private final List<Mistake> unmet = new ArrayList<>();

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

  /** Notes that no student meets the budget at a key. */
  void unmet(String key, String message) {
    unmet.add(file.mistake(key, message));
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

  /**
   * Ends the validation where something is wrong.
   *
   * @throws RecipeErrors with everything; of kind NO_STUDENT where all that is wrong is that a
   *     budget cannot be met
   */
  void refuse() {
    if (!mistakes.isEmpty()) {
      throw new RecipeErrors(
          ImmutableList.<Mistake>builder().addAll(mistakes).addAll(unmet).build());
    }
    if (!unmet.isEmpty()) {
      throw new RecipeErrors(UserException.Kind.NO_STUDENT, unmet);
    }
  }
}
