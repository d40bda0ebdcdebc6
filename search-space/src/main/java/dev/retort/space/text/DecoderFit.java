package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether one decoder can be cut from another, told by their dimensions. */
final class DecoderFit {
  private static final ImmutableList<String> SAME =
      ImmutableList.of("vocabulary", "positions", "theta", "rotary-share");

  private DecoderFit() {}

  /** Why not, or null; see {@link Family#misfit}. Both are of one family. */
  static @Nullable String misfit(Architecture sub, Architecture teacher) {
    List<String> wrong = new ArrayList<>();
    greatest(wrong, "layers", sub.layers(), teacher.layers());
    greatest(wrong, "hidden", sub.integer("hidden"), teacher.integer("hidden"));
    String size = headSize(sub, teacher);
    if (size != null) {
      wrong.add(size);
    }
    for (int layer = 0; layer < Math.min(sub.layers(), teacher.layers()); layer++) {
      int source = Family.sourceLayer(layer, sub.layers(), teacher.layers());
      greatest(wrong, "heads", sub.integer("heads", layer), teacher.integer("heads", source));
      greatest(
          wrong, "groups", DecoderFamily.groups(sub, layer), DecoderFamily.groups(teacher, source));
      greatest(
          wrong,
          "heads-per-group",
          DecoderFamily.headsPerGroup(sub, layer),
          DecoderFamily.headsPerGroup(teacher, source));
      greatest(
          wrong,
          "intermediate width",
          DecoderFamily.intermediate(sub, layer),
          DecoderFamily.intermediate(teacher, source));
    }
    if (DecoderFamily.projects(sub) != DecoderFamily.projects(teacher)) {
      wrong.add(
          DecoderFamily.projects(sub)
              ? "embedding " + sub.integer("embedding") + " is not the hidden size as the teacher's"
              : "embedding, as wide as hidden, is not apart from it as the teacher's "
                  + teacher.integer("embedding"));
    }
    greatest(wrong, "embedding", DecoderFamily.embedding(sub), DecoderFamily.embedding(teacher));
    for (Property property : sub.family().properties()) {
      String name = property.name();
      Object own = sub.values().get(name);
      Object other = teacher.values().get(name);
      if ((SAME.contains(name) || property.kind() == Property.Kind.WORD)
          && !Objects.equals(own, other)) {
        wrong.add(name + " " + own + " is not the teacher's " + other);
      }
    }
    return wrong.isEmpty() ? null : wrong.get(0);
  }

  /**
   * Why heads of one size cannot be cut from heads of another, or null. Entries that positions turn
   * are turned by their place in the head, and heads that share keys stand side by side in a group.
   */
  static @Nullable String headSize(Architecture sub, Architecture full) {
    int own = sub.integer("head-size");
    int other = full.integer("head-size");
    if (own == other) {
      return null;
    }
    if (DecoderFamily.of(full).rotary()) {
      return "head-size " + own + " is not the teacher's " + other;
    }
    return own < other ? null : "head-size " + own + " exceeds the teacher's " + other;
  }

  private static void greatest(List<String> wrong, String name, int found, int allowed) {
    if (found > allowed) {
      wrong.add(name + " " + found + " exceeds the teacher's " + allowed);
    }
  }
}
