package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * A space cut into sub-spaces, in each of which one super-net is trained.
 *
 * @param subSpaces at least one, no two of one name
 */
public record Partition(ImmutableList<SubSpace> subSpaces) {

  /** Checks that there is a sub-space and that the names differ. */
  public Partition {
    if (subSpaces.isEmpty()) {
      throw new IllegalArgumentException("A partition needs at least one sub-space");
    }
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    subSpaces.forEach(each -> names.add(each.name()));
    if (names.build().size() < subSpaces.size()) {
      throw new IllegalArgumentException("Two sub-spaces have the same name: "
          + subSpaces.stream().map(SubSpace::name).toList());
    }
  }

  /** These sub-spaces. */
  public static Partition of(SubSpace... subSpaces) {
    return new Partition(ImmutableList.copyOf(subSpaces));
  }

  /**
   * Cuts a space by parameter count into groups of as equal a number of members as whole parameter
   * counts allow, AutoDistil's criterion (NeurIPS 2022, section 3.1). The groups are disjoint,
   * cover the space and are called {@code part-1}, {@code part-2} and so on, the smallest networks
   * first.
   *
   * <p>The i-th of k cuts is the parameter count below which the number of members is nearest to
   * i/k of all (the lower one of two as near), found by bisection on the exact number of members
   * below a count. No member is enumerated where layers choose for themselves. Where ties would
   * leave a group empty its cut moves to the next count that does not.
   *
   * @param groups number of groups; 1 gives the space itself
   * @throws IllegalArgumentException when the members have fewer different parameter counts
   */
  public static Partition byParameters(SearchSpace space, int groups) {
    if (groups < 1) {
      throw new IllegalArgumentException("A space is cut into at least 1 part, not " + groups);
    }
    if (groups == 1) {
      return of(new SubSpace("part-1", space));
    }
    ImmutableList<Long> cuts = new ParameterCuts(space, groups).find();
    ImmutableList.Builder<SubSpace> parts = ImmutableList.builder();
    long from = 0;
    for (int part = 1; part <= groups; part++) {
      long below = part == groups ? Long.MAX_VALUE : cuts.get(part - 1);
      parts.add(new SubSpace("part-" + part, space.with(new ParameterRange(from, below))));
      from = below;
    }
    return new Partition(parts.build());
  }

  /** The sub-space of that name. */
  public Optional<SubSpace> find(String name) {
    return subSpaces.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** The first sub-space that holds an architecture. */
  public Optional<SubSpace> find(Architecture architecture) {
    return subSpaces.stream()
        .filter(each -> each.space().contains(architecture))
        .findFirst();
  }
}
