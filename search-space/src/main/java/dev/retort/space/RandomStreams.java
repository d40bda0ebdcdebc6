package dev.retort.space;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random streams as functions: the same (seed, purpose, step, index) gives the same stream.
 *
 * <p>Nothing is shared and nothing needs saving, so a resumed run draws what the run that was never
 * stopped would have drawn, in whatever order its threads come.
 *
 * @param seed the seed of the run
 */
public record RandomStreams(long seed) {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  /** The stream for a purpose at a step. */
  public RandomGenerator at(String purpose, long step) {
    return at(purpose, step, 0);
  }

  /** The stream for a purpose at a step, the {@code index}-th of that step. */
  public RandomGenerator at(String purpose, long step, long index) {
    return FACTORY.create(number(purpose, step, index));
  }

  /** A 64-bit number for a purpose, to seed something else with. */
  public long number(String purpose, long step, long index) {
    long hash = mix(seed + 0x9E3779B97F4A7C15L);
    for (byte each : purpose.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash ^ each);
    }
    return mix(mix(hash ^ step) + index);
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), after a Weyl step. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
