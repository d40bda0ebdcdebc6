package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether one BERT can be cut from another, told by their dimensions. */
final class EncoderFit {
  private static final ImmutableList<String> SAME =
      ImmutableList.of("vocabulary", "positions", "types", "classes");

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
    for (String same : SAME) {
      if (sub.integer(same) != teacher.integer(same)) {
        wrong.add(
            same + " " + sub.integer(same) + " is not the teacher's " + teacher.integer(same));
      }
    }
    if (!sub.word("pooling").equals(teacher.word("pooling"))) {
      wrong.add(
          "pooling " + sub.word("pooling") + " is not the teacher's " + teacher.word("pooling"));
    }
    return wrong.isEmpty() ? null : wrong.get(0);
  }

  private static void greatest(List<String> wrong, String name, int found, int allowed) {
    if (found > allowed) {
      wrong.add(name + " " + found + " exceeds the teacher's " + allowed);
    }
  }
}
