/** Objectives of coordinates: landmarks of faces, with two teachers and an active shape model. */
@NullMarked
package dev.retort.distill.objective.landmark;

import org.jspecify.annotations.NullMarked;
