/** Losses of what is inside the networks: hidden states, maps, embeddings. */
@NullMarked
package dev.retort.distill.objective.feature;

import org.jspecify.annotations.NullMarked;
