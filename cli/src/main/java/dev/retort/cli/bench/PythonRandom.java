package dev.retort.cli.bench;

import java.util.List;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Python's {@code random.Random}, as far as {@code choice} goes, so that a program written there
 * draws the same.
 */
final class PythonRandom {
  private final MersenneTwister twister;

  /** Begins as {@code random.Random(seed)} for a seed from 0 to below 2^32. */
  PythonRandom(long seed) {
    this.twister = new MersenneTwister(new int[] {(int) seed});
  }

  /** {@code random.choice}: as many bits as the size has, until they are below it. */
  <T> T choice(List<T> all) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(all.size());
    int index;
    do {
      index = twister.nextInt() >>> (Integer.SIZE - bits);
    } while (index >= all.size());
    return all.get(index);
  }
}
