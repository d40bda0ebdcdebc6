/** Objectives, methods, the training loop, optimisers, checkpoints and metrics. */
@NullMarked
package dev.retort.distill;

import org.jspecify.annotations.NullMarked;
