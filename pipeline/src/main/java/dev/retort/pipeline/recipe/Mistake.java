package dev.retort.pipeline.recipe;

/**
 * One mistake in a recipe.
 *
 * @param file the recipe as the user named it, or the override, such as {@code --set train.steps}
 * @param line from 1; 0 in an override
 * @param column from 1; 0 in an override
 * @param key where in the recipe, such as {@code train.objectives[1].kd}; empty: the file itself
 * @param message what was found, what is allowed, what to do
 */
public record Mistake(String file, int line, int column, String key, String message) {

  /** A mistake at a position. */
  public static Mistake at(Position position, String key, String message) {
    return new Mistake(position.source(), position.line(), position.column(), key, message);
  }

  /** Where it stands. */
  public Position position() {
    return new Position(file, line, column);
  }

  /** One line: {@code file:line:column: key: message}. */
  @Override
  public String toString() {
    return position() + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
