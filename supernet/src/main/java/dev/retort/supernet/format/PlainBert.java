package dev.retort.supernet.format;

import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.supernet.format.HuggingFaceModel.Refusal;
import java.util.Optional;

/** Which students Hugging Face's BERT can hold: {@code constraint: hf-bert}. */
final class PlainBert {
  private PlainBert() {}

  /** Why an architecture of the family bert is none; empty where it is one. */
  static Optional<Refusal> refusal(Architecture architecture) {
    int hidden = architecture.integer("hidden");
    int headSize = architecture.integer("head-size");
    int heads = architecture.integer("heads", 0);
    int intermediate = EncoderFamily.intermediate(architecture, 0);
    for (int layer = 1; layer < architecture.layers(); layer++) {
      if (architecture.integer("heads", layer) != heads) {
        return refuse("its heads differ from layer to layer", "heads");
      }
      if (EncoderFamily.intermediate(architecture, layer) != intermediate) {
        return refuse("its feed-forward width differs from layer to layer", "ratio");
      }
    }
    if (heads * headSize != hidden) {
      return refuse(
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its hidden size is " + hidden
              + ", and Hugging Face's BERT has the two equal",
          "heads or head-size");
    }
    if (architecture.word("pooling").equals("mean") && architecture.integer("classes") > 0) {
      return refuse(
          "its classifier takes the mean over the tokens, Hugging Face's the first token",
          "pooling (to first or pooler)");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, "hf-bert"));
  }
}
