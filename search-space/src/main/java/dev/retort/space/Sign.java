package dev.retort.space;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an architecture says of one of its stages, or of one of its layers: the values that it has
 * for it, in the order of the family's dimensions; null where it has none. A choice shows in it
 * also where the canonical form holds it under another name (a scale of a width as the width).
 */
record Sign(List<@Nullable Value> values) {
  /** What there is to say of a layer that there is not. */
  static final Sign NONE = new Sign(List.of());

  /**
   * The sign of a stage or layer.
   *
   * @param scope which of the two
   * @param position its number in the network, from 0
   */
  static Sign of(Architecture architecture, Scope scope, int position) {
    Family family = architecture.family();
    List<@Nullable Value> values = new ArrayList<>();
    for (Property property : family.properties()) {
      if (property.scope() == scope) {
        values.add(Frames.at(family.value(architecture, property.name()), position));
      }
    }
    return new Sign(Collections.unmodifiableList(values));
  }
}
