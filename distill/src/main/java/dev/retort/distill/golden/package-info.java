/** Vectors that others wrote, and how the objectives compute them. */
@NullMarked
package dev.retort.distill.golden;

import org.jspecify.annotations.NullMarked;
