package dev.retort.search;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;

/**
 * An architecture that may be built, and what it costs.
 *
 * @param subSpace name of the sub-space whose SuperLM scores it
 * @param architecture the architecture
 * @param cost its cost under the accounting and input shape of the search
 */
public record Candidate(String subSpace, Architecture architecture, Cost cost) {
  /**
   * What tells it from every other candidate: canonical text, then sub-space, for two sub-spaces
   * may both hold an architecture and score it differently.
   */
  public String key() {
    return architecture + "@" + subSpace;
  }

  @Override
  public String toString() {
    return key();
  }
}
