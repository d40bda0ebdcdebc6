package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Axis;
import org.jspecify.annotations.Nullable;

/**
 * One residual block.
 *
 * @param name such as {@code stage1.block0}
 * @param stage the stage it belongs to, from 1
 * @param last whether it is the stage's last block
 * @param way its convolutions, one after the other
 * @param in the planes that it is given
 * @param stride pixels of its input for one of its output
 * @param projection the convolution of its shortcut; null: the shortcut is the input itself, with
 *     every pixel that the stride leaves and with as many planes of zeros as are missing
 */
public record ResidualPlan(
    String name,
    int stage,
    boolean last,
    ImmutableList<Convolved> way,
    Axis in,
    int stride,
    @Nullable Convolved projection) {

  /** The planes that it gives. */
  public Axis out() {
    return way.get(way.size() - 1).planes();
  }

  /** Planes of zeros before those of the input, where there is no projection. */
  public int zerosBefore() {
    return missing() / 2;
  }

  /** Planes of zeros behind those of the input, where there is no projection. */
  public int zerosBehind() {
    return missing() - missing() / 2;
  }

  private int missing() {
    return Math.toIntExact(out().length() - in.length());
  }
}
