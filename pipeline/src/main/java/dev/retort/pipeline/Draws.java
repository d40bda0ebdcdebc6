package dev.retort.pipeline;

import dev.retort.data.Alteration;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Draw;
import dev.retort.data.PreparedBatch;
import dev.retort.space.RandomStreams;

/**
 * The batches of a training: those of a plan, altered at random.
 *
 * @param examples what they are taken of
 * @param plan which examples each holds
 * @param alteration what is done to them
 * @param streams the training's random streams
 */
record Draws(Dataset<?> examples, BatchPlan plan, Alteration alteration, RandomStreams streams) {
  /** All of a batch that needs no engine. */
  PreparedBatch prepare(long number) {
    return examples.prepare(
        plan.batch(number), new Draw(alteration, streams, number, plan.epoch(number)));
  }
}
