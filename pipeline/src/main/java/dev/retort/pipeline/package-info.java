/** Recipes, stages, the run directory and the report: the whole job as one call. */
@NullMarked
package dev.retort.pipeline;

import org.jspecify.annotations.NullMarked;
