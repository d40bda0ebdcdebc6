/** Generation: decoders write on from prompts. */
@NullMarked
package dev.retort.supernet.generate;

import org.jspecify.annotations.NullMarked;
