/** Families that look at images: vision Transformers and convolutional networks. */
@NullMarked
package dev.retort.space.image;

import org.jspecify.annotations.NullMarked;
