package dev.retort.pipeline.recipe;

/**
 * When a training saves what it needs to go on.
 *
 * @param every optimiser steps between two checkpoints; default 100; 0: only at the end
 * @param keep how many of the newest to keep; default 2
 */
public record CheckpointRecipe(int every, int keep) {
  static final CheckpointRecipe STANDARD = new CheckpointRecipe(100, 2);

  static CheckpointRecipe read(Section section, CheckpointRecipe standard) {
    CheckpointRecipe read = new CheckpointRecipe(
        section.integer("every", standard.every, 0, 1_000_000_000),
        section.integer("keep", standard.keep, 1, 1000));
    section.close();
    return read;
  }
}
