package dev.retort.supernet;

import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import java.util.stream.IntStream;

/** Which entries of a shared tensor a sub-network takes, one entry at a time. */
final class LeadingByHand {
  private LeadingByHand() {}

  /** Where each entry of the smaller tensor stands in the shared one, row by row. */
  static int[] positions(TensorSpec shared, TensorSpec sub) {
    return IntStream.range(0, (int) shared.count())
        .filter(entry -> taken(entry, shared, sub))
        .toArray();
  }

  private static boolean taken(int entry, TensorSpec shared, TensorSpec sub) {
    int rest = entry;
    boolean taken = true;
    for (int i = shared.axes().size() - 1; i >= 0; i--) {
      Axis axis = shared.axes().get(i);
      int at = rest % (int) axis.length();
      rest /= (int) axis.length();
      taken &= at / axis.size() < sub.axes().get(i).groups();
      taken &= at % axis.size() < sub.axes().get(i).size();
    }
    return taken;
  }

  static float[] take(float[] values, int[] positions) {
    float[] taken = new float[positions.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = values[positions[i]];
    }
    return taken;
  }
}
