package dev.retort.search;

import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Budget;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;

/**
 * What may be scored: architectures that meet the budget.
 *
 * @param input what costs are counted for
 * @param accounting how they are counted
 * @param budget absolute bounds
 */
record Admission(InputShape input, Accounting accounting, Budget budget) {
  /**
   * The architecture as a candidate, whether it meets the budget or not.
   *
   * @throws UserException when the accounting cannot count it
   */
  Candidate candidate(SubSpace subSpace, Architecture architecture) {
    Cost cost;
    try {
      cost = accounting.cost(architecture, input);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserException(
          UserException.Kind.USAGE,
          "The cost of " + architecture + " in sub-space " + subSpace.name()
              + " cannot be counted: " + e.getMessage()
              + ". Choose another accounting or change the space.",
          e);
    }
    return new Candidate(subSpace.name(), architecture, cost);
  }

  /** Whether it meets the budget. */
  boolean admits(Candidate candidate) {
    return budget.admits(candidate.cost());
  }
}
