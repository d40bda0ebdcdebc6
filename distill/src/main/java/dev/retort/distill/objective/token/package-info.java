/** Objectives of language models: of logits and labels of tokens. */
@NullMarked
package dev.retort.distill.objective.token;

import org.jspecify.annotations.NullMarked;
