/** The {@code retort} command: parses, calls the pipeline, prints. Alone in writing to a terminal. */
@NullMarked
package dev.retort.cli;

import org.jspecify.annotations.NullMarked;
