/** The {@code retort} command: parses, calls the pipeline, prints. Only it writes to a terminal. */
@NullMarked
package dev.retort.cli;

import org.jspecify.annotations.NullMarked;
