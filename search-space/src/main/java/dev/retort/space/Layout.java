package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the choices of a space make an architecture, and the way back. */
sealed interface Layout permits Grid, StagedGrid {

  /** The architecture at a place whose parts are each a member's. */
  Architecture assemble(Place place);

  /** Where an architecture stands if it is a member, else null or a place that is no member's. */
  @Nullable
  Place locate(Architecture architecture);

  /** The place of given choices, or null when a value is no choice or no member has the frame. */
  @Nullable
  Place place(Map<String, Value> elastic);

  /**
   * The layers of each stage of what has these choices, or null when there is nothing of the kind.
   * What layers choose need not be given; what stages choose is taken to be the first choice where
   * it is not given.
   */
  @Nullable
  ImmutableList<Integer> depths(Map<String, Value> elastic);

  /**
   * The value of a place in a dimension, of its choices: one for each stage or layer where they
   * differ.
   */
  Value value(Place place, Dimension dimension);
}
