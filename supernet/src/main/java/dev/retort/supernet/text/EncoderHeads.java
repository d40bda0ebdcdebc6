package dev.retort.supernet.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.index.NDIndex;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The heads of encoders of text.
 *
 * <p>B batch, S sequence, N tokens with labels ({@link Pass#counted}), E embedding width, H hidden,
 * C classes, V words.
 */
final class EncoderHeads {
  private static final NDIndex FIRST_TOKEN = new NDIndex(":, 0");

  private EncoderHeads() {}

  /** What all heads have in common. */
  private interface Head extends Block {
    @Override
    default String name() {
      return "head";
    }

    @Override
    default ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    default boolean head() {
      return true;
    }
  }

  /** Pooling and classifier: [B,S,H] to logits [B,C]. */
  record OfExamples(EncoderLayout layout, String pooling) implements Head {
    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray pooled =
          switch (pooling) {
            case "pooler" -> squashed(pass.linear(hidden.get(FIRST_TOKEN), layout.dense()), pass);
            case "first" -> hidden.get(FIRST_TOKEN);
            case "mean" -> mean(hidden, pass.text().mask());
            default -> throw new IllegalStateException("No pooling " + pooling);
          };
      return pass.linear(pass.dropout(pooled), layout.classifier());
    }

    private NDArray squashed(NDArray dense, Pass pass) {
      return switch (layout.squash()) {
        case TANH -> dense.tanh();
        case RELU -> pass.kernels().activate(dense, Activation.RELU);
        case GELU -> pass.kernels().activate(dense, Activation.GELU);
      };
    }

    /** The mean over tokens that are not padding. */
    private static NDArray mean(NDArray hidden, NDArray mask) {
      NDArray sum = hidden.mul(mask.expandDims(2)).sum(new int[] {1});
      NDArray count = NDArrays.maximum(mask.sum(new int[] {1}, true), 1f);
      return sum.div(count);
    }
  }

  /** Classes of tokens: [B,S,H] to logits [N,C], or [B,S,C] of all tokens. */
  record OfTokens() implements Head {
    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      return pass.linear(pass.dropout(pass.counted(hidden)), EncoderLayout.TOKENS);
    }
  }

  /**
   * Masked language modelling: [B,S,H] to logits [N,V], or [B,S,V] of all tokens. The last matrix
   * is the table of words [V,E].
   */
  record OfWords(EncoderLayout layout, Activation activation, float epsilon) implements Head {
    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray dense = pass.linear(pass.counted(hidden), layout.words());
      NDArray active = pass.kernels().activate(dense, activation);
      NDArray normed = pass.layerNorm(active, layout.wordsNorm(), epsilon);
      return pass.kernels()
          .linear(normed, pass.weight(layout.wordTable()), pass.weight(layout.wordsBias()));
    }
  }
}
