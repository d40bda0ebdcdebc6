package dev.retort.distill.arithmetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;

/** Optimal transport: the earth mover's distance between two small sets. */
public final class Transport {
  private static final int MOST_STEPS = 100_000;

  private Transport() {}

  /**
   * The cheapest flow between two sets whose members have equal weights, which add up to 1 in each.
   *
   * @param costs of moving one unit from a row to a column; all finite
   * @return the flow; each row adds up to 1/rows, each column to 1/columns
   */
  public static double[][] flow(double[][] costs) {
    int rows = costs.length;
    int columns = costs[0].length;
    double[] all = new double[rows * columns];
    // The solver takes differences below its epsilon for none: the largest cost becomes 1.
    double largest = Arrays.stream(costs)
        .flatMapToDouble(Arrays::stream)
        .map(Math::abs)
        .max()
        .orElse(0);
    List<LinearConstraint> sums = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        all[i * columns + j] = largest > 0 ? costs[i][j] / largest : 0;
      }
      double[] row = new double[all.length];
      Arrays.fill(row, i * columns, (i + 1) * columns, 1);
      sums.add(new LinearConstraint(row, Relationship.EQ, 1.0 / rows));
    }
    // The last column follows from the others.
    for (int j = 0; j < columns - 1; j++) {
      double[] column = new double[all.length];
      for (int i = 0; i < rows; i++) {
        column[i * columns + j] = 1;
      }
      sums.add(new LinearConstraint(column, Relationship.EQ, 1.0 / columns));
    }
    double[] best = new SimplexSolver()
        .optimize(
            new MaxIter(MOST_STEPS),
            new LinearObjectiveFunction(all, 0),
            new LinearConstraintSet(sums),
            GoalType.MINIMIZE,
            new NonNegativeConstraint(true))
        .getPoint();
    double[][] flow = new double[rows][];
    for (int i = 0; i < rows; i++) {
      flow[i] = Arrays.copyOfRange(best, i * columns, (i + 1) * columns);
    }
    return flow;
  }
}
