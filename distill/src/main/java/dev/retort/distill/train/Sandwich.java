package dev.retort.distill.train;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The sandwich rule (Yu and Huang, ICCV 2019; AutoDistil, NeurIPS 2022): the smallest and the
 * largest sub-network of the space and some at random, all different, in every step.
 */
public final class Sandwich implements ArchitectureSampler {
  private final SearchSpace space;
  private final ImmutableList<Architecture> always;
  private final int random;

  /**
   * The rule for a space.
   *
   * @param space what is sampled from
   * @param smallest whether the smallest takes part in every step
   * @param largest whether the largest does
   * @param random how many further ones, drawn without replacement; fewer where the space ends
   */
  public Sandwich(SearchSpace space, boolean smallest, boolean largest, int random) {
    if (random < 0 || (random == 0 && !smallest && !largest)) {
      throw new IllegalArgumentException(
          "sandwich.random must be 0 or more, and some sub-network trained, not (" + random + ")");
    }
    this.space = space;
    this.random = random;
    Set<Architecture> fixed = new LinkedHashSet<>();
    if (largest) {
      fixed.add(space.largest());
    }
    if (smallest) {
      fixed.add(space.smallest());
    }
    this.always = ImmutableList.copyOf(fixed);
  }

  @Override
  public ImmutableList<Architecture> at(RandomStreams streams, long step) {
    RandomGenerator generator = streams.at("sandwich", step);
    Set<Architecture> chosen = new LinkedHashSet<>(always);
    BigInteger wanted = space.count().min(BigInteger.valueOf((long) always.size() + random));
    while (chosen.size() < wanted.longValueExact()) {
      chosen.add(space.sample(generator));
    }
    return ImmutableList.copyOf(chosen);
  }
}
