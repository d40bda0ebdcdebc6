package dev.retort.search;

import io.jenetics.Chromosome;
import io.jenetics.Genotype;
import io.jenetics.util.ISeq;
import org.jspecify.annotations.Nullable;

/**
 * All choices of an architecture, each with its own number of values (which {@link
 * io.jenetics.IntegerChromosome} has not).
 *
 * @param genes at least one
 */
record ChoiceChromosome(ISeq<ChoiceGene> genes) implements Chromosome<ChoiceGene> {
  /** The choices of a genotype, which has one such chromosome. */
  static ISeq<ChoiceGene> genes(Genotype<ChoiceGene> genotype) {
    return genotype.chromosome().as(ChoiceChromosome.class).genes;
  }

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

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ChoiceChromosome that) || that.length() != length()) {
      return false;
    }
    for (int i = 0; i < length(); i++) {
      if (!get(i).equals(that.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < length(); i++) {
      hash = 31 * hash + get(i).index();
    }
    return hash;
  }
}
