/** What objectives are good for: with against without, on small real data, over several seeds. */
@NullMarked
package dev.retort.benchmark.experiment;

import org.jspecify.annotations.NullMarked;
