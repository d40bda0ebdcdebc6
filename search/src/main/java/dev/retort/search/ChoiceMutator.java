package dev.retort.search;

import io.jenetics.Alterer;
import io.jenetics.AltererResult;
import io.jenetics.Genotype;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.MSeq;
import io.jenetics.util.RandomRegistry;
import io.jenetics.util.Seq;
import java.util.random.RandomGenerator;

/**
 * Changes each choice with one probability, half of the time by one step, for most dimensions are
 * ordered and neighbours score alike, half of the time by drawing anew.
 *
 * <p>{@link io.jenetics.Mutator} spreads the probability over individual, chromosome and gene by
 * its cube root, which at 0.1 leaves most individuals alone and changes half of the choices of the
 * rest.
 *
 * @param <C> fitness
 */
final class ChoiceMutator<C extends Comparable<? super C>> implements Alterer<ChoiceGene, C> {
  private final double probability;

  ChoiceMutator(double probability) {
    this.probability = probability;
  }

  @Override
  public AltererResult<ChoiceGene, C> alter(
      Seq<Phenotype<ChoiceGene, C>> population, long generation) {
    RandomGenerator random = RandomRegistry.random();
    MSeq<Phenotype<ChoiceGene, C>> altered = MSeq.of(population);
    int alterations = 0;
    for (int i = 0; i < altered.length(); i++) {
      Genotype<ChoiceGene> old = altered.get(i).genotype();
      Genotype<ChoiceGene> mutated = mutate(old, probability, random);
      if (!mutated.equals(old)) {
        altered.set(i, Phenotype.of(mutated, generation));
        alterations++;
      }
    }
    return new AltererResult<>(altered.toISeq(), alterations);
  }

  /** The genotype with each choice changed with a probability. */
  static Genotype<ChoiceGene> mutate(
      Genotype<ChoiceGene> genotype, double probability, RandomGenerator random) {
    MSeq<ChoiceGene> genes = ChoiceChromosome.genes(genotype).copy();
    boolean changed = false;
    for (int i = 0; i < genes.length(); i++) {
      if (random.nextDouble() < probability) {
        genes.set(i, mutate(genes.get(i), random));
        changed = true;
      }
    }
    return changed ? Genotype.of(new ChoiceChromosome(genes.toISeq())) : genotype;
  }

  /** The genotype with one of its choices changed. */
  static Genotype<ChoiceGene> mutateOne(Genotype<ChoiceGene> genotype, RandomGenerator random) {
    ISeq<ChoiceGene> old = ChoiceChromosome.genes(genotype);
    int at = random.nextInt(old.length());
    MSeq<ChoiceGene> genes = old.copy();
    genes.set(at, mutate(old.get(at), random));
    return Genotype.of(new ChoiceChromosome(genes.toISeq()));
  }

  private static ChoiceGene mutate(ChoiceGene gene, RandomGenerator random) {
    if (gene.choices() == 1) {
      return gene;
    }
    if (random.nextBoolean()) {
      return gene.newInstance(random.nextInt(gene.choices()));
    }
    int step = random.nextBoolean() ? 1 : -1;
    int moved = gene.index() + step;
    return gene.newInstance(moved < 0 || moved == gene.choices() ? gene.index() - step : moved);
  }
}
