package dev.retort.search;

import io.jenetics.Gene;
import io.jenetics.util.RandomRegistry;

/**
 * One choice of an architecture: the index of a value among so many.
 *
 * @param index from 0
 * @param choices number of values
 */
record ChoiceGene(int index, int choices) implements Gene<Integer, ChoiceGene> {
  @Override
  public Integer allele() {
    return index;
  }

  @Override
  public ChoiceGene newInstance() {
    return new ChoiceGene(RandomRegistry.random().nextInt(choices), choices);
  }

  @Override
  public ChoiceGene newInstance(Integer value) {
    return new ChoiceGene(value, choices);
  }

  @Override
  public boolean isValid() {
    return index >= 0 && index < choices;
  }
}
