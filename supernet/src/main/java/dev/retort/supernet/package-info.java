/** Networks, shared weights, slicing, extraction, kernels and file formats. */
@NullMarked
package dev.retort.supernet;

import org.jspecify.annotations.NullMarked;
