package dev.retort.supernet.format;

import dev.retort.space.Architecture;
import dev.retort.space.BertFamily;
import dev.retort.space.UserException;

/** Which students Hugging Face's BERT can hold: {@code constraint: hf-bert}. */
final class PlainBert {
  private PlainBert() {}

  /** Refuses an architecture that it cannot, saying why and what to do. */
  static void require(Architecture architecture) {
    if (architecture.family() != BertFamily.BERT) {
      throw refuse(architecture, "it is of family " + architecture.family().name(), "bert");
    }
    int hidden = architecture.integer("hidden");
    int headSize = architecture.integer("head-size");
    int heads = architecture.integer("heads", 0);
    int intermediate = BertFamily.intermediate(architecture, 0);
    for (int layer = 1; layer < architecture.layers(); layer++) {
      if (architecture.integer("heads", layer) != heads) {
        throw refuse(architecture, "its heads differ from layer to layer", "heads");
      }
      if (BertFamily.intermediate(architecture, layer) != intermediate) {
        throw refuse(architecture, "its feed-forward width differs from layer to layer", "ratio");
      }
    }
    if (heads * headSize != hidden) {
      throw refuse(
          architecture,
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its hidden size is " + hidden
              + ", and Hugging Face's BERT has the two equal",
          "heads or head-size");
    }
    if (architecture.word("pooling").equals("mean") && architecture.integer("classes") > 0) {
      throw refuse(
          architecture,
          "its classifier takes the mean over the tokens, Hugging Face's the first token",
          "pooling (to first or pooler)");
    }
  }

  private static UserException refuse(Architecture architecture, String why, String dimension) {
    return new UserException(
        UserException.Kind.USAGE,
        "Student " + architecture + " cannot be written as a Hugging Face folder: " + why
            + ". Set the dimension " + dimension + ", or search with `constraint: hf-bert`, which"
            + " leaves only students that fit; other exports take this one.");
  }
}
