@NullMarked
package dev.retort.pipeline.recipe;

import org.jspecify.annotations.NullMarked;
