package dev.retort.search;

/**
 * Hears how a search goes on. Called by the thread that runs the search, in an order that does not
 * depend on the number of workers.
 */
public interface SearchListener {
  /** Hears nothing. */
  SearchListener NONE = new SearchListener() {};

  /**
   * The search begins.
   *
   * @param method the method that is used: exhaustive where evolution was asked for and few
   *     candidates meet the budget
   * @param atMost the most candidates that will be scored
   * @param logged candidates that the log already holds
   */
  default void started(SearchOptions.Method method, long atMost, int logged) {}

  /**
   * A candidate has its result, from the evaluator or from the log.
   *
   * @param scored the result
   * @param count results so far, this one included
   */
  default void evaluated(Scored scored, int count) {}

  /**
   * A generation of the evolution is scored.
   *
   * @param generation from 1, the initial population
   * @param front candidates on the front so far
   * @param steady generations since the front last changed
   */
  default void generation(int generation, int front, int steady) {}

  /** Something that the user should know of, such as a torn tail that was cut off the log. */
  default void note(String message) {}
}
