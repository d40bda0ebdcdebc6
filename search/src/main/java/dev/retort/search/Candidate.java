package dev.retort.search;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An architecture that may be built, and what it costs. Immutable. */
public final class Candidate {
  private final String subSpace;
  private final Architecture architecture;
  private final Cost cost;

  /** Written once it is asked for, and then kept: a search looks each candidate up many times. */
  private @Nullable String key;

  /**
   * A candidate.
   *
   * @param subSpace name of the sub-space whose SuperLM scores it
   * @param architecture the architecture
   * @param cost its cost under the accounting and input shape of the search
   */
  public Candidate(String subSpace, Architecture architecture, Cost cost) {
    this.subSpace = subSpace;
    this.architecture = architecture;
    this.cost = cost;
  }

  /** The name of the sub-space whose SuperLM scores it. */
  public String subSpace() {
    return subSpace;
  }

  /** The architecture. */
  public Architecture architecture() {
    return architecture;
  }

  /** Its cost under the accounting and input shape of the search. */
  public Cost cost() {
    return cost;
  }

  /**
   * What tells it from every other candidate: canonical text, then sub-space, for two sub-spaces
   * may both hold an architecture and score it differently.
   */
  public String key() {
    // Two threads may both write it, but the same string: no lock is needed.
    String known = key;
    if (known == null) {
      known = architecture + "@" + subSpace;
      key = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Candidate that
            && subSpace.equals(that.subSpace)
            && architecture.equals(that.architecture)
            && cost.equals(that.cost));
  }

  @Override
  public int hashCode() {
    return Objects.hash(subSpace, architecture, cost);
  }

  @Override
  public String toString() {
    return key();
  }
}
