package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import java.math.BigInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The architectures of a space that a validation looks at. */
final class Members {
  private static final int ALL = 4096;

  private Members() {}

  /** All where there are at most 4096; else the smallest, the largest and as many drawn. */
  static ImmutableList<Architecture> of(SearchSpace space) {
    if (space.count().compareTo(BigInteger.valueOf(ALL)) <= 0) {
      return space.all().collect(ImmutableList.toImmutableList());
    }
    RandomGenerator random = new RandomStreams(0).at("validation", 0);
    return Stream.concat(
            Stream.of(space.smallest(), space.largest()),
            Stream.generate(() -> space.sample(random)).limit(ALL))
        .collect(ImmutableList.toImmutableList());
  }
}
