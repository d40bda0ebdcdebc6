package dev.retort.search;

import io.jenetics.Gene;
import io.jenetics.util.RandomRegistry;
import org.jspecify.annotations.Nullable;

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

  // By hand, as in the chromosome: what the compiler adds to a record is put together by method
  // handles, which are slow in a process that has just begun, and a search compares many.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChoiceGene that && index == that.index && choices == that.choices;
  }

  @Override
  public int hashCode() {
    return 31 * index + choices;
  }
}
