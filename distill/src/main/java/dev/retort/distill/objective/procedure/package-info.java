/**
 * Losses and schedules of procedures: of a teacher that is trained too, of two domains, of
 * alternating steps. They need more than a student and a frozen teacher and so are no objectives of
 * a recipe's stage; each is usable alone on arrays.
 */
@NullMarked
package dev.retort.distill.objective.procedure;

import org.jspecify.annotations.NullMarked;
