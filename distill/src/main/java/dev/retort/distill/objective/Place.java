package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import dev.retort.supernet.Tap;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a network at which an objective reads a feature.
 *
 * @param tap the tap
 */
record Place(Tap tap) {
  private static final Pattern STAGE = Pattern.compile("stage([1-9][0-9]*)");
  private static final Pattern HIDDEN = Pattern.compile("hidden[0-9]+|last_hidden_state");
  private static final Pattern PROJECTION = Pattern.compile("layer([0-9]+)\\.[qkv]");

  /**
   * What so many layers give: the hidden state of a Transformer, 0 for its embeddings; the last
   * maps of a stage of a convolutional network, from 1.
   */
  static Place after(Architecture architecture, int layers) {
    return new Place(staged(architecture) ? Tap.stage(layers) : Tap.hidden(layers));
  }

  /** The tap of that name. */
  static Place named(String name) {
    return new Place(new Tap(name));
  }

  /** Layers that can be told apart: those of a Transformer, or a network's stages. */
  static int layers(Architecture architecture) {
    return staged(architecture)
        ? architecture.family().stages(architecture)
        : architecture.layers();
  }

  /**
   * What every layer after some gives, up to another: hidden states of a Transformer, the outputs
   * of the blocks of stages of a convolutional network, without its stem.
   */
  static ImmutableList<Tap> within(Architecture architecture, int after, int upTo) {
    ImmutableList.Builder<Tap> taps = ImmutableList.builder();
    if (!staged(architecture)) {
      for (int layer = after + 1; layer <= upTo; layer++) {
        taps.add(Tap.hidden(layer));
      }
      return taps.build();
    }
    boolean inside = after == 0;
    boolean stem = true;
    for (Block block : Networks.blocks(architecture)) {
      boolean last = block.taps().contains(Tap.stage(upTo));
      // The first block counts only where it is all that the stage has.
      if (inside && (!stem || last)) {
        taps.add(Tap.after(block.name()));
      }
      inside = (inside || block.taps().contains(Tap.stage(Math.max(1, after)))) && !last;
      stem = false;
    }
    return taps.build();
  }

  /** Whether it is what the embeddings give. */
  boolean ofEmbeddings() {
    return tap.equals(Tap.hidden(0));
  }

  static boolean staged(Architecture architecture) {
    return architecture.family().stages(architecture) > 1;
  }

  /**
   * The width of the feature: the hidden size, or a map's planes.
   *
   * @throws IllegalArgumentException when it is not known
   */
  int width(String objective, Architecture architecture) {
    String of = tap.name();
    Matcher stage = STAGE.matcher(of);
    if (stage.matches()) {
      return architecture.family().width(architecture, Integer.parseInt(stage.group(1)) - 1);
    }
    if (HIDDEN.matcher(of).matches()) {
      return architecture.family().width(architecture, 0);
    }
    Matcher projection = PROJECTION.matcher(of);
    if (projection.matches()) {
      int layer = Integer.parseInt(projection.group(1));
      return architecture.integer("heads", layer) * architecture.integer("head-size");
    }
    return pooled(architecture)
        .orElseThrow(() -> new IllegalArgumentException(
            objective + ": the width of (" + of + ") in " + architecture
                + " is not known; those of hiddenN, stageN, layerN.q, .k, .v and pooled are, or"
                + " fit: false"));
  }

  /** What a classifier is given, if this is it and there is one. */
  private Optional<Integer> pooled(Architecture architecture) {
    return architecture.blueprint().tensors().stream()
        .filter(each -> tap.name().equals("pooled") && each.role() == TensorSpec.Role.MATRIX)
        .reduce((first, second) -> second)
        .map(each -> (int) each.axes().get(1).length());
  }
}
