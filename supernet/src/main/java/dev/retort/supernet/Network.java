package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Kernels;
import java.util.Set;

/**
 * One forward path for teacher, sub-network and student: a chain of named blocks that is a function
 * of its weights. It holds no tensor. Safe for use by several threads.
 */
public final class Network {
  private final Architecture architecture;
  private final Kernels kernels;
  private final ImmutableList<Block> blocks;

  private Network(Architecture architecture, Kernels kernels, ImmutableList<Block> blocks) {
    this.architecture = architecture;
    this.kernels = kernels;
    this.blocks = blocks;
  }

  /** The network of an architecture. */
  public static Network of(Architecture architecture, Kernels kernels) {
    return new Network(architecture, kernels, BertBlocks.of(architecture));
  }

  /** What it is. */
  public Architecture architecture() {
    return architecture;
  }

  /** The names of its blocks, in order. */
  public ImmutableList<String> blocks() {
    return blocks.stream().map(Block::name).collect(ImmutableList.toImmutableList());
  }

  /** The taps that can be asked for. */
  public ImmutableSet<Tap> taps() {
    return blocks.stream()
        .flatMap(block -> block.taps().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * Runs the network as far as is needed for what is asked.
   *
   * @param weights weights of this architecture
   * @param batch the input
   * @param request what is wanted
   * @throws IllegalArgumentException when a tap does not exist, when logits of a network without
   *     head are asked for, or when the batch is longer than the network has positions
   */
  public Outputs forward(Weights weights, TextBatch batch, Request request) {
    Set<Tap> unknown = Sets.difference(request.taps(), taps());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "No taps " + names(unknown) + " in " + architecture + "; it has " + names(taps()));
    }
    if (request.logits() && architecture.integer("classes") == 0) {
      throw new IllegalArgumentException(architecture + " has no classes, so no logits");
    }
    long sequence = batch.ids().getShape().get(1);
    if (sequence > architecture.integer("positions")) {
      throw new IllegalArgumentException("A batch of " + sequence + " tokens an example for "
          + architecture + ", which has " + architecture.integer("positions") + " positions");
    }
    Pass pass = new Pass(weights, batch, request, kernels);
    NDArray hidden = batch.ids();
    for (Block block : blocks) {
      if (pass.done()) {
        break;
      }
      hidden = block.forward(hidden, pass);
    }
    return new Outputs(request.logits() ? hidden : null, ImmutableMap.copyOf(pass.taken()));
  }

  private static ImmutableList<String> names(Set<Tap> taps) {
    return taps.stream().map(Tap::name).collect(ImmutableList.toImmutableList());
  }
}
