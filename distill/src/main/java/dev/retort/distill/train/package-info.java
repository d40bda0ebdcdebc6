/** The training loop: stages, optimisers, schedules, checkpoints. */
@NullMarked
package dev.retort.distill.train;

import org.jspecify.annotations.NullMarked;
