/** Work whose speed is measured, the same that other programs do. */
@NullMarked
package dev.retort.cli.bench;

import org.jspecify.annotations.NullMarked;
