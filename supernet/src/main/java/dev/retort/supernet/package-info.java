/** Networks as functions of named weights; weights that many sub-networks share. */
@NullMarked
package dev.retort.supernet;

import org.jspecify.annotations.NullMarked;
