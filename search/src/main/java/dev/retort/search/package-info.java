/** Which architectures to build: exhaustive, random and evolutionary search under budgets. */
@NullMarked
package dev.retort.search;

import org.jspecify.annotations.NullMarked;
