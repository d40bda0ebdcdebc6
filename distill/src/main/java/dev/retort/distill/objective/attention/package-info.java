/** Losses of what attention sees: queries, keys, values and their relations. */
@NullMarked
package dev.retort.distill.objective.attention;

import org.jspecify.annotations.NullMarked;
