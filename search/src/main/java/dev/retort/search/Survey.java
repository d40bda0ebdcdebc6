package dev.retort.search;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Partition;
import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import io.jenetics.Genotype;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a partition under a budget before anything is scored.
 *
 * @param open the sub-spaces with a candidate that meets the budget
 * @param anchors such a candidate for each of them
 * @param all every candidate that meets the budget, in the order of the spaces; null: the spaces
 *     are too large to be looked through
 */
record Survey(
    ImmutableList<SubSpace> open,
    ImmutableList<Candidate> anchors,
    @Nullable ImmutableList<Candidate> all) {
  /** Spaces of so many architectures are looked through in a second or so. */
  private static final long LOOK_THROUGH = 65_536;

  private static final int PROBES = 64;
  private static final int STEPS = 512;

  /** The most architectures that are looked through to find those within the budget. */
  static long lookThrough(SearchOptions options) {
    return Math.max(LOOK_THROUGH, 16L * options.exhaustiveLimit());
  }

  /**
   * Looks at a partition.
   *
   * @throws UserException of kind NO_STUDENT when nothing meets the budget
   */
  static Survey of(Partition partition, Admission admission, SearchOptions options) {
    boolean small = small(partition, options);
    NoStudent nearest = new NoStudent();
    ImmutableList.Builder<SubSpace> open = ImmutableList.builder();
    ImmutableList.Builder<Candidate> anchors = ImmutableList.builder();
    ImmutableList.Builder<Candidate> all = ImmutableList.builder();
    RandomStreams streams = new RandomStreams(options.seed());
    for (int i = 0; i < partition.subSpaces().size(); i++) {
      SubSpace subSpace = partition.subSpaces().get(i);
      List<Candidate> admitted = small
          ? lookThrough(subSpace, admission, nearest)
          : probe(subSpace, admission, streams.at("search.probe", i), nearest);
      if (!admitted.isEmpty()) {
        open.add(subSpace);
        anchors.add(admitted.get(0));
        all.addAll(admitted);
      }
    }
    Survey survey = new Survey(open.build(), anchors.build(), small ? all.build() : null);
    if (survey.open.isEmpty()) {
      throw refusal(partition, admission, small, nearest);
    }
    return survey;
  }

  /**
   * Makes sure that something meets the budget, and looks no further.
   *
   * @throws UserException as {@link #of}
   */
  static void require(Partition partition, Admission admission, SearchOptions options) {
    boolean small = small(partition, options);
    NoStudent nearest = new NoStudent();
    RandomStreams streams = new RandomStreams(options.seed());
    for (int i = 0; i < partition.subSpaces().size(); i++) {
      SubSpace subSpace = partition.subSpaces().get(i);
      boolean met = small
          ? subSpace.space().all().anyMatch(each -> meets(each, subSpace, admission, nearest))
          : !probe(subSpace, admission, streams.at("search.probe", i), nearest).isEmpty();
      if (met) {
        return;
      }
    }
    throw refusal(partition, admission, small, nearest);
  }

  private static boolean meets(
      Architecture architecture, SubSpace subSpace, Admission admission, NoStudent nearest) {
    Candidate candidate = admission.candidate(subSpace, architecture);
    nearest.see(candidate);
    return admission.admits(candidate);
  }

  private static boolean small(Partition partition, SearchOptions options) {
    return total(partition).compareTo(BigInteger.valueOf(lookThrough(options))) <= 0;
  }

  private static BigInteger total(Partition partition) {
    return partition.subSpaces().stream()
        .map(subSpace -> subSpace.space().count())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static UserException refusal(
      Partition partition, Admission admission, boolean small, NoStudent nearest) {
    return nearest.refusal(
        admission.budget(),
        (small ? "every one of the " : "whatever was found by probing the ") + total(partition)
            + " architectures of the space");
  }

  private static List<Candidate> lookThrough(
      SubSpace subSpace, Admission admission, NoStudent nearest) {
    List<Candidate> admitted = new ArrayList<>();
    Iterator<Architecture> architectures = subSpace.space().all().iterator();
    while (architectures.hasNext()) {
      Candidate candidate = admission.candidate(subSpace, architectures.next());
      if (admission.admits(candidate)) {
        admitted.add(candidate);
      } else {
        nearest.see(candidate);
      }
    }
    return admitted;
  }

  /** One candidate within the budget, or none: the smallest, or what descents end at. */
  private static List<Candidate> probe(
      SubSpace subSpace, Admission admission, RandomGenerator random, NoStudent nearest) {
    Architecture begin = subSpace.space().smallest();
    Encoding encoding = new Encoding(ImmutableList.of(subSpace));
    for (int i = 0; i < PROBES; i++) {
      Candidate candidate =
          descend(admission.candidate(subSpace, begin), encoding, subSpace, admission, random);
      if (admission.admits(candidate)) {
        return ImmutableList.of(candidate);
      }
      nearest.see(candidate);
      begin = subSpace.space().sample(random);
    }
    return ImmutableList.of();
  }

  /** Takes random single changes that come nearer to the budget, until it is met. */
  private static Candidate descend(
      Candidate begin,
      Encoding encoding,
      SubSpace subSpace,
      Admission admission,
      RandomGenerator random) {
    Candidate best = begin;
    Genotype<ChoiceGene> genotype = encoding.encode(subSpace, begin.architecture());
    for (int i = 0; i < STEPS && !admission.admits(best); i++) {
      Genotype<ChoiceGene> other = ChoiceMutator.mutateOne(genotype, random);
      Architecture architecture = encoding.decode(other);
      if (architecture != null) {
        Candidate candidate = admission.candidate(subSpace, architecture);
        if (admission.budget().excess(candidate.cost()) < admission.budget().excess(best.cost())) {
          best = candidate;
          genotype = other;
        }
      }
    }
    return best;
  }
}
