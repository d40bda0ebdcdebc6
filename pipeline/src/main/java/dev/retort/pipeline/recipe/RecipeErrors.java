package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Every mistake of a recipe, in the order of its lines; those of overrides come last. */
public final class RecipeErrors extends UserException {
  private static final long serialVersionUID = 1L;

  private final transient ImmutableList<Mistake> mistakes;

  /**
   * The mistakes of a recipe.
   *
   * @param mistakes at least one
   */
  public RecipeErrors(Collection<Mistake> mistakes) {
    this(Kind.USAGE, mistakes);
  }

  /** What is wrong with a recipe, of another kind. */
  RecipeErrors(Kind kind, Collection<Mistake> mistakes) {
    super(kind, message(sorted(mistakes)));
    this.mistakes = sorted(mistakes);
  }

  private static ImmutableList<Mistake> sorted(Collection<Mistake> mistakes) {
    if (mistakes.isEmpty()) {
      throw new IllegalArgumentException("A refusal needs at least one mistake");
    }
    return mistakes.stream()
        .distinct()
        .sorted(Comparator.comparing((Mistake mistake) -> mistake.line() == 0)
            .thenComparingInt(Mistake::line)
            .thenComparingInt(Mistake::column))
        .collect(ImmutableList.toImmutableList());
  }

  private static String message(ImmutableList<Mistake> mistakes) {
    if (mistakes.size() == 1) {
      return mistakes.get(0).toString();
    }
    return mistakes.stream()
        .map(mistake -> "\n  " + mistake)
        .collect(Collectors.joining("", mistakes.size() + " mistakes in the recipe:", ""));
  }

  /** The mistakes. */
  public ImmutableList<Mistake> mistakes() {
    return mistakes;
  }
}
