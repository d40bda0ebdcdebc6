package dev.retort.pipeline.recipe;

/**
 * Where something stands: in a file, or in an override of the command line.
 *
 * @param source the file as the user named it, or {@code --set train.steps}
 * @param line from 1; 0 where there is none
 * @param column from 1; 0 where there is none
 */
public record Position(String source, int line, int column) {

  /** A source as a whole. */
  public static Position of(String source) {
    return new Position(source, 0, 0);
  }

  /** {@code file:line:column}, or the source alone. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
