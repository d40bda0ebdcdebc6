package dev.retort.space;

/** A condition that every architecture of a space fulfils. */
public sealed interface Constraint permits LayerConstraint, ParameterRange {

  /**
   * The constraint of that name: {@code hf-bert}, or {@code parameters=4M..10M}, where either end
   * may be left out, the first belongs to the range and the last does not.
   *
   * @throws IllegalArgumentException when there is none; the message says what there is
   */
  static Constraint named(String name) {
    if (name.equals(HuggingFaceBert.NAME)) {
      return new HuggingFaceBert();
    }
    if (name.startsWith(ParameterRange.PREFIX)) {
      return ParameterRange.parse(name);
    }
    throw new IllegalArgumentException("No constraint (" + name + "); there are "
        + HuggingFaceBert.NAME + " and " + ParameterRange.PREFIX + "4M..10M");
  }

  /** Its name, which {@link #named} reads. */
  String name();

  /** Whether an architecture fulfils it. */
  boolean admits(Architecture architecture);
}
