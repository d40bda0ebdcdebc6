package dev.retort.search;

import io.jenetics.Chromosome;
import io.jenetics.util.ISeq;

/**
 * All choices of an architecture, each with its own number of values (which {@link
 * io.jenetics.IntegerChromosome} has not).
 *
 * @param genes at least one
 */
record ChoiceChromosome(ISeq<ChoiceGene> genes) implements Chromosome<ChoiceGene> {
  @Override
  public ChoiceGene get(int index) {
    return genes.get(index);
  }

  @Override
  public int length() {
    return genes.length();
  }

  @Override
  public ChoiceChromosome newInstance(ISeq<ChoiceGene> others) {
    return new ChoiceChromosome(others);
  }

  @Override
  public ChoiceChromosome newInstance() {
    return new ChoiceChromosome(genes.map(ChoiceGene::newInstance));
  }
}
