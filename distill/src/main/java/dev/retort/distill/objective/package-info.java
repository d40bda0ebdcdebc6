/** Losses of student outputs, teacher outputs and labels. */
@NullMarked
package dev.retort.distill.objective;

import org.jspecify.annotations.NullMarked;
