package dev.retort.distill.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.retort.space.RandomStreams;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransportTest {
  /**
   * The least cost by trying every way. With n = the least common multiple of rows and columns,
   * each member splits into units of 1/n, and some optimal flow moves whole units (the flows are
   * those of an integral network): an assignment of n units to n units, by dynamic programming over
   * subsets.
   */
  private static double bruteForce(double[][] costs) {
    int rows = costs.length;
    int columns = costs[0].length;
    int units = rows;
    while (units % columns != 0) {
      units += rows;
    }
    double[] least = new double[1 << units];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    least[0] = 0;
    for (int taken = 0; taken < least.length - 1; taken++) {
      int row = Integer.bitCount(taken) * rows / units;
      for (int unit = 0; unit < units; unit++) {
        int next = taken | 1 << unit;
        if (next != taken) {
          double cost = costs[row][unit * columns / units];
          least[next] = Math.min(least[next], least[taken] + cost);
        }
      }
    }
    return least[least.length - 1] / units;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-7, 1e6})
  void flowsAreTheCheapest(double scale) {
    long seed = 71;
    System.out.println("transport: seed " + seed);
    int[][] sizes = {{1, 1}, {1, 5}, {3, 1}, {2, 2}, {2, 4}, {3, 4}, {4, 6}, {6, 6}, {4, 12}, {3, 5}
    };
    for (int[] size : sizes) {
      if (size[0] * size[1] == 15 && scale != 1) {
        continue;
      }
      RandomGenerator random = new RandomStreams(seed).at("transport", size[0], size[1]);
      double[][] costs = new double[size[0]][size[1]];
      for (double[] row : costs) {
        for (int j = 0; j < row.length; j++) {
          row[j] = scale * random.nextInt(20);
        }
      }
      double[][] flow = Transport.flow(costs);
      double total = 0;
      double[] columns = new double[size[1]];
      for (int i = 0; i < size[0]; i++) {
        double sum = 0;
        for (int j = 0; j < size[1]; j++) {
          assertThat(flow[i][j]).isGreaterThanOrEqualTo(-1e-9);
          sum += flow[i][j];
          columns[j] += flow[i][j];
          total += flow[i][j] * costs[i][j];
        }
        assertThat(sum).isCloseTo(1.0 / size[0], within(1e-9));
      }
      for (double column : columns) {
        assertThat(column).isCloseTo(1.0 / size[1], within(1e-9));
      }
      assertThat(total)
          .as("%d x %d", size[0], size[1])
          .isCloseTo(bruteForce(costs), within(1e-8 * scale * 20));
    }
  }

  @Test
  void equalCostsHaveSomeFlow() {
    double[][] flow = Transport.flow(new double[][] {{0, 0}, {0, 0}, {0, 0}});
    assertThat(Arrays.stream(flow).flatMapToDouble(Arrays::stream).sum())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void layersOfLargeNetworksAreSoon() {
    double[][] costs = new double[12][24];
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 24; j++) {
        costs[i][j] = Math.abs(2 * i - j);
      }
    }
    double[][] flow = Transport.flow(costs);
    assertThat(flow[0][0] + flow[0][1]).isCloseTo(1.0 / 12, within(1e-9));
  }
}
