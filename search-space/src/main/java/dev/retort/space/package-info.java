/** What can be built and what it costs: architectures, spaces, blueprints, costs, budgets. */
@NullMarked
package dev.retort.space;

import org.jspecify.annotations.NullMarked;
