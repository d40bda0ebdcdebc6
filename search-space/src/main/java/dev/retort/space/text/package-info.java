/** Families that read text: encoders. */
@NullMarked
package dev.retort.space.text;

import org.jspecify.annotations.NullMarked;
