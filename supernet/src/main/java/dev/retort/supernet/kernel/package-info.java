/** The differentiable operations that networks are made of, and automatic differentiation. */
@NullMarked
package dev.retort.supernet.kernel;

import org.jspecify.annotations.NullMarked;
