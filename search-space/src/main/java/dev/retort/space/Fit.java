package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** Whether one network can be cut from another, by what their blueprints say. */
final class Fit {
  /** Numbers that say what a network looks at and answers, and so are never cut. */
  private static final ImmutableList<String> SAME = ImmutableList.of("classes", "channels");

  private Fit() {}

  /** Why not, or null; see {@link Family#misfit}. */
  static @Nullable String misfit(Architecture sub, Architecture teacher) {
    if (!sub.family().equals(teacher.family())) {
      return "family " + sub.family().name() + " is not the teacher's "
          + teacher.family().name();
    }
    for (Property property : sub.family().properties()) {
      String name = property.name();
      boolean same = property.kind() == Property.Kind.WORD || SAME.contains(name);
      Value own = sub.values().get(name);
      Value other = teacher.values().get(name);
      if (same && own != null && !own.equals(other)) {
        return name + " " + own + " is not the teacher's " + other;
      }
    }
    ImmutableMap<String, TensorSpec> specs = teacher.blueprint().byName();
    for (TensorSpec tensor : sub.blueprint().tensors()) {
      if (tensor.role() == TensorSpec.Role.TRANSFORM) {
        continue; // a super-net's own, begun anew
      }
      String source;
      try {
        source = sub.family().source(tensor.name(), sub, teacher);
      } catch (IllegalArgumentException e) {
        return "tensors have no counterpart among the teacher's: " + e.getMessage();
      }
      TensorSpec from = specs.get(source);
      if (from == null) {
        return "tensor " + tensor.name() + " comes from " + source
            + ", which is not among the teacher's";
      }
      String larger = larger(tensor, from);
      if (larger != null) {
        return larger;
      }
    }
    return null;
  }

  private static @Nullable String larger(TensorSpec sub, TensorSpec teacher) {
    if (sub.axes().size() != teacher.axes().size()) {
      return "tensor " + sub.name() + " has " + sub.axes().size() + " axes, not the teacher's "
          + teacher.axes().size();
    }
    for (int i = 0; i < sub.axes().size(); i++) {
      Axis own = sub.axes().get(i);
      Axis from = teacher.axes().get(i);
      if (own.groups() > from.groups() || own.size() > from.size()) {
        return own.name() + " of " + sub.name() + " is " + own.length()
            + " long and exceeds the teacher's " + from.length();
      }
    }
    return null;
  }
}
