package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether one encoder can be cut from another of its family, told by their dimensions. */
final class EncoderFit {
  private static final ImmutableList<String> SAME = ImmutableList.of(
      "head", "vocabulary", "positions", "types", "padding", "classes", "pooling", "activation");

  private EncoderFit() {}

  /** Why not, or null; see {@link Family#misfit}. */
  static @Nullable String misfit(Architecture sub, Architecture teacher) {
    List<String> wrong = new ArrayList<>();
    greatest(wrong, "layers", sub.layers(), teacher.layers());
    greatest(wrong, "hidden", sub.integer("hidden"), teacher.integer("hidden"));
    greatest(wrong, "head-size", sub.integer("head-size"), teacher.integer("head-size"));
    for (int layer = 0; layer < Math.min(sub.layers(), teacher.layers()); layer++) {
      int source = Family.sourceLayer(layer, sub.layers(), teacher.layers());
      greatest(wrong, "heads", sub.integer("heads", layer), teacher.integer("heads", source));
      greatest(
          wrong,
          "intermediate width",
          EncoderFamily.intermediate(sub, layer),
          EncoderFamily.intermediate(teacher, source));
    }
    if (teacher.has("embedding")) {
      embedding(wrong, sub, teacher);
    }
    for (String same : SAME) {
      Value own = sub.values().get(same);
      Value other = teacher.values().get(same);
      if (own != null && !own.equals(other)) {
        wrong.add(same + " " + own + " is not the teacher's " + other);
      }
    }
    return wrong.isEmpty() ? null : wrong.get(0);
  }

  /** A width of its own has a map behind it, which the other must have too. */
  private static void embedding(List<String> wrong, Architecture sub, Architecture teacher) {
    boolean own = sub.integer("embedding") > 0;
    if (own != teacher.integer("embedding") > 0) {
      wrong.add(
          own
              ? "embedding " + sub.integer("embedding") + " is not the hidden size as the teacher's"
              : "embedding, as wide as hidden, is not apart from it as the teacher's "
                  + teacher.integer("embedding"));
    }
    greatest(wrong, "embedding", EncoderFamily.embedding(sub), EncoderFamily.embedding(teacher));
  }

  private static void greatest(List<String> wrong, String name, int found, int allowed) {
    if (found > allowed) {
      wrong.add(name + " " + found + " exceeds the teacher's " + allowed);
    }
  }
}
