package dev.retort.pipeline.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a chart: where a value lies between its ends, and which values get a tick.
 *
 * <p>Ticks are 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics
 * Gems, 1990). Logarithms are {@link StrictMath}'s, so that every machine draws the same bytes.
 *
 * @param logarithmic whether equal distances are equal ratios
 * @param low value at the lower end; above 0 when logarithmic
 * @param high value at the upper end, above {@code low}
 * @param ticks values that get a tick, ascending, within the ends
 */
record ChartScale(boolean logarithmic, double low, double high, List<Double> ticks) {
  /** Copies the list. */
  ChartScale {
    ticks = List.copyOf(ticks);
    if (!(low < high) || (logarithmic && !(low > 0))) {
      throw new IllegalArgumentException(
          "A scale cannot go from (" + low + ") to (" + high + "), logarithmic " + logarithmic);
    }
  }

  /**
   * A linear scale that holds both values and ends at ticks.
   *
   * @param wanted about how many ticks
   */
  static ChartScale linear(double lowest, double highest, int wanted) {
    double low = lowest;
    double high = highest;
    if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) {
      double margin = low == 0 ? 1 : Math.abs(low) * 0.1;
      low -= low > 0 ? Math.min(low, margin) : margin;
      high += margin;
    }
    BigDecimal step = step((high - low) / wanted);
    long first = (long) Math.floor(low / step.doubleValue() + 1e-9);
    long last = (long) Math.ceil(high / step.doubleValue() - 1e-9);
    List<Double> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(step.multiply(BigDecimal.valueOf(i)).doubleValue());
    }
    return new ChartScale(false, ticks.get(0), ticks.get(ticks.size() - 1), ticks);
  }

  /** A linear scale that starts at 0 where the values come near it. */
  static ChartScale linearFromZero(double lowest, double highest, int wanted) {
    boolean near = lowest > 0 && lowest < 0.5 * highest;
    return linear(near ? 0 : lowest, highest, wanted);
  }

  /**
   * A logarithmic scale that holds both values, with a little room beyond them.
   *
   * @param wanted at most about how many ticks
   */
  static ChartScale log(double lowest, double highest, int wanted) {
    double room = Math.max(StrictMath.log10(highest / lowest) * 0.04, 0.02);
    double low = lowest * StrictMath.pow(10, -room);
    double high = highest * StrictMath.pow(10, room);
    for (int[] digits : new int[][] {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 5}, {1, 3}, {1}}) {
      List<Double> ticks = logTicks(low, high, digits, 1);
      if (ticks.size() <= wanted && (ticks.size() >= 2 || digits.length == 1)) {
        return new ChartScale(true, low, high, ticks);
      }
    }
    int decades = (int) Math.ceil(StrictMath.log10(high / low));
    return new ChartScale(
        true, low, high, logTicks(low, high, new int[] {1}, Math.max(1, decades / wanted + 1)));
  }

  /** Where a value lies, from 0 at the lower end to 1 at the upper. */
  double position(double value) {
    return logarithmic
        ? StrictMath.log(value / low) / StrictMath.log(high / low)
        : (value - low) / (high - low);
  }

  /** Where a value lies between two positions of the drawing. */
  double between(double value, double from, double to) {
    return from + position(value) * (to - from);
  }

  /** Whether the scale can show a value at all. */
  boolean shows(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  /** A tick in as many decimals as all ticks need, or with a prefix from ten thousand. */
  String label(double tick) {
    if (tick == 0) {
      return "0";
    }
    if (Math.abs(tick) >= 10_000) {
      return shorten(Figures.compact(tick));
    }
    if (Math.abs(tick) < 1e-4) {
      return Figures.loss(tick);
    }
    BigDecimal exact = BigDecimal.valueOf(tick).stripTrailingZeros();
    if (logarithmic) {
      return Figures.fixed(tick, Math.max(0, exact.scale()));
    }
    int decimals = 0;
    for (double other : ticks) {
      decimals =
          Math.max(decimals, BigDecimal.valueOf(other).stripTrailingZeros().scale());
    }
    return Figures.fixed(tick, Math.min(decimals, 8));
  }

  /** Without zeros behind the point: 50.0 M is 50 M. */
  static String shorten(String compact) {
    return compact.replaceFirst("(\\.\\d*?)0+(?=\\D|$)", "$1").replaceFirst("\\.(?=\\D|$)", "");
  }

  private static BigDecimal step(double rough) {
    int exponent = (int) Math.floor(StrictMath.log10(rough));
    BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(exponent);
    for (int digit : new int[] {1, 2, 5}) {
      BigDecimal step = power.multiply(BigDecimal.valueOf(digit));
      if (step.doubleValue() >= rough * 0.999) {
        return step.setScale(Math.max(0, -exponent), RoundingMode.UNNECESSARY);
      }
    }
    return power.multiply(BigDecimal.TEN);
  }

  private static List<Double> logTicks(double low, double high, int[] digits, int everyDecade) {
    List<Double> ticks = new ArrayList<>();
    int first = (int) Math.floor(StrictMath.log10(low));
    int last = (int) Math.ceil(StrictMath.log10(high));
    for (int exponent = first; exponent <= last; exponent++) {
      for (int digit : digits) {
        double tick = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent).doubleValue();
        if (tick >= low && tick <= high && Math.floorMod(exponent, everyDecade) == 0) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
