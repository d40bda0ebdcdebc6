package dev.retort.distill.train;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;

/** Which sub-networks a step trains: a function of (seed, step). */
public interface ArchitectureSampler {
  /** The sub-networks of a step, at least one. */
  ImmutableList<Architecture> at(RandomStreams streams, long step);

  /** Always the same one: teachers and students. */
  static ArchitectureSampler fixed(Architecture architecture) {
    ImmutableList<Architecture> one = ImmutableList.of(architecture);
    return (streams, step) -> one;
  }
}
