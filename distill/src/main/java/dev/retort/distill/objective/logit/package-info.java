/** Losses of logits and labels. */
@NullMarked
package dev.retort.distill.objective.logit;

import org.jspecify.annotations.NullMarked;
