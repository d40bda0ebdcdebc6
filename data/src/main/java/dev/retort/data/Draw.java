package dev.retort.data;

import dev.retort.space.RandomStreams;

/**
 * How the examples of one training step are altered at random.
 *
 * @param alteration what is done to them
 * @param streams the training's random streams
 * @param step the step, from 0
 * @param epoch the epoch that the step belongs to, from 0
 */
public record Draw(Alteration alteration, RandomStreams streams, long step, long epoch) {}
