/** Images in, batches out: readers, stores, pre-processing, augmentation, tasks. */
@NullMarked
package dev.retort.data.image;

import org.jspecify.annotations.NullMarked;
