package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Value;

/** Reads the stages of an architecture whose {@code width} and {@code depth} are lists by stage. */
final class Stages {
  private Stages() {}

  /** Number of stages. */
  static int count(Architecture architecture) {
    return architecture.values().get("width") instanceof Value.Each each
        ? each.values().size()
        : 1;
  }

  /** Blocks of all stages together. */
  static int blocks(Architecture architecture) {
    int blocks = 0;
    for (int stage = 0; stage < count(architecture); stage++) {
      blocks += architecture.integer("depth", stage);
    }
    return blocks;
  }
}
