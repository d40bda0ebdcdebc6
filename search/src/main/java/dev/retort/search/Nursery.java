package dev.retort.search;

import dev.retort.space.Architecture;
import io.jenetics.Genotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.MSeq;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lets into a generation what meets constraints and budget and does not stand in it yet, and mends
 * the rest.
 *
 * <p>To mend what may not be built, as many of its choices as are needed, in random order, are
 * replaced by those of an accepted one (path relinking; Glover, Laguna and Marti, 2000). That ends
 * for any constraint and any budget, at the latest at the accepted one, and tends to end at the
 * edge of the budget, where the best students are. What stands in the generation already or was
 * scored before is changed at random a few times to become new, for scoring is what takes the time.
 */
final class Nursery {
  private static final int TRIES = 32;

  private final Encoding encoding;
  private final Admission admission;
  private final Evaluations evaluations;
  private final List<Genotype<ChoiceGene>> anchors = new ArrayList<>();
  private final List<Genotype<ChoiceGene>> accepted = new ArrayList<>();

  /** What choices of this generation make; empty: nothing that may be built. */
  private final Map<Genotype<ChoiceGene>, Optional<Candidate>> known = new HashMap<>();

  private final Set<String> present = new HashSet<>();

  Nursery(Survey survey, Encoding encoding, Admission admission, Evaluations evaluations) {
    this.encoding = encoding;
    this.admission = admission;
    this.evaluations = evaluations;
    for (int i = 0; i < survey.open().size(); i++) {
      anchors.add(encoding.encode(survey.open().get(i), survey.anchors().get(i).architecture()));
    }
  }

  /** Begins a generation. */
  void begin() {
    present.clear();
    accepted.clear();
    known.clear();
  }

  /** The candidate that the choices make. */
  Candidate candidate(Genotype<ChoiceGene> genotype) {
    Candidate candidate = find(genotype);
    if (candidate == null) {
      throw new IllegalStateException("Not admitted (" + genotype + ")");
    }
    return candidate;
  }

  /** The candidate that the choices make; null: it is not in the space or exceeds the budget. */
  private @Nullable Candidate find(Genotype<ChoiceGene> genotype) {
    Optional<Candidate> found = known.get(genotype);
    if (found == null) {
      found = look(genotype);
      known.put(genotype, found);
    }
    return found.orElse(null);
  }

  private Optional<Candidate> look(Genotype<ChoiceGene> genotype) {
    Architecture architecture = encoding.decode(genotype);
    return architecture == null
        ? Optional.empty()
        : Optional.of(admission.candidate(encoding.subSpace(genotype), architecture))
            .filter(admission::admits);
  }

  /**
   * Whether the choices may stand in the generation as they are; then they do.
   *
   * @param lived whether they come from the generation before, so that they need not be new
   */
  boolean accepts(Genotype<ChoiceGene> genotype, boolean lived) {
    Candidate candidate = find(genotype);
    if (candidate == null || present.contains(candidate.key()) || (!lived && scored(candidate))) {
      return false;
    }
    accept(genotype, candidate);
    return true;
  }

  /** Choices like these that may stand in the generation, new if any can be found; now they do. */
  Genotype<ChoiceGene> mend(Genotype<ChoiceGene> genotype, RandomGenerator random) {
    Genotype<ChoiceGene> spare = null;
    Genotype<ChoiceGene> start = genotype;
    for (int i = 0; i < TRIES; i++) {
      Genotype<ChoiceGene> mended = relink(start, random);
      Candidate candidate = candidate(mended);
      if (!present.contains(candidate.key())) {
        if (!scored(candidate)) {
          accept(mended, candidate);
          return mended;
        }
        spare = spare == null ? mended : spare;
      }
      start = genotype;
      for (int changes = 0; changes <= i / 4; changes++) {
        start = ChoiceMutator.mutateOne(start, random);
      }
    }
    Genotype<ChoiceGene> old = spare == null ? relink(genotype, random) : spare;
    accept(old, candidate(old));
    return old;
  }

  private void accept(Genotype<ChoiceGene> genotype, Candidate candidate) {
    present.add(candidate.key());
    accepted.add(genotype);
  }

  private boolean scored(Candidate candidate) {
    return evaluations.find(candidate.key()) != null;
  }

  private Genotype<ChoiceGene> relink(Genotype<ChoiceGene> genotype, RandomGenerator random) {
    if (find(genotype) != null) {
      return genotype;
    }
    List<Genotype<ChoiceGene>> mates = accepted.isEmpty() ? anchors : accepted;
    ISeq<ChoiceGene> mate = ChoiceChromosome.genes(mates.get(random.nextInt(mates.size())));
    ISeq<ChoiceGene> own = ChoiceChromosome.genes(genotype);
    int[] order = permutation(own.length(), random);
    // With none of the mate's choices it may not be built, with all it may; halving the way between
    // finds a place where one choice makes the difference, in few looks.
    int without = 0;
    int with = own.length();
    Genotype<ChoiceGene> mended = Genotype.of(new ChoiceChromosome(mate));
    while (with - without > 1) {
      int middle = (without + with) >>> 1;
      MSeq<ChoiceGene> genes = own.copy();
      for (int i = 0; i < middle; i++) {
        genes.set(order[i], mate.get(order[i]));
      }
      Genotype<ChoiceGene> between = Genotype.of(new ChoiceChromosome(genes.toISeq()));
      if (find(between) != null) {
        with = middle;
        mended = between;
      } else {
        without = middle;
      }
    }
    return mended;
  }

  private static int[] permutation(int length, RandomGenerator random) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
