package dev.retort.space;

/**
 * One axis of a tensor: {@code groups} groups of {@code size} entries each.
 *
 * <p>The attention width is heads groups of head-size entries; every other axis is one group. A
 * smaller network takes the first groups and the first entries of each.
 *
 * @param name what it counts, such as {@code hidden}
 * @param groups number of groups
 * @param size entries a group
 */
public record Axis(String name, int groups, int size) {
  /** Checks that there is something on the axis. */
  public Axis {
    if (groups < 1 || size < 1) {
      throw new IllegalArgumentException(
          "Axis " + name + " needs positive sizes, not " + groups + " x " + size);
    }
  }

  /** An axis of one group. */
  public static Axis of(String name, int size) {
    return new Axis(name, 1, size);
  }

  /** Entries in all. */
  public long length() {
    return (long) groups * size;
  }
}
