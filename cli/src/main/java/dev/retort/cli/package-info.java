/** The retort command: parses, calls the pipeline, prints. */
@NullMarked
package dev.retort.cli;

import org.jspecify.annotations.NullMarked;
