/** Examples in, batches out: corpora, GLUE, tokenizers, seeded order. */
@NullMarked
package dev.retort.data;

import org.jspecify.annotations.NullMarked;
