package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    return new Network(architecture, kernels, Networks.blocks(architecture));
  }

  /** What it is. */
  public Architecture architecture() {
    return architecture;
  }

  /** The operations that it is made of. */
  public Kernels kernels() {
    return kernels;
  }

  /** The names of its blocks, in order. */
  public ImmutableList<String> blocks() {
    return blocks.stream().map(Block::name).collect(ImmutableList.toImmutableList());
  }

  /** The taps that can be asked for. */
  public ImmutableSet<Tap> taps() {
    return blocks.stream()
        .flatMap(block -> Stream.concat(
            block.taps().stream(), Stream.of(Tap.before(block.name()), Tap.after(block.name()))))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** Whether it has a head, which gives logits. */
  public boolean hasHead() {
    return blocks.get(blocks.size() - 1).head();
  }

  /**
   * Runs the network as far as is needed for what is asked. Where nothing is recorded ({@link
   * Autograd#off}), what a block computes is freed when it ends.
   *
   * @param weights weights of this architecture
   * @param batch the input
   * @param request what is wanted
   * @throws IllegalArgumentException when a tap does not exist, when logits of a network without
   *     head are asked for, or when the batch is no input of this network
   */
  public Outputs forward(Weights weights, Batch batch, Request request) {
    return forward(weights, batch, Span.ALL, null, request);
  }

  /**
   * Runs the network over tokens that follow those which a cache keeps, and keeps these too.
   *
   * @param weights weights of this architecture
   * @param batch the new tokens; its rows are those of the cache
   * @param cache what was read before; a failure leaves it as it was
   * @param request what is wanted
   * @throws IllegalArgumentException as above, and when the rows are not those of the cache
   */
  public Outputs forward(Weights weights, Batch batch, KeyValueCache cache, Request request) {
    NDArray mask = batch.mask();
    if (mask == null) {
      throw new IllegalArgumentException("A cache keeps tokens, and " + architecture
          + " was given a batch of kind (" + batch.getClass().getSimpleName() + ")");
    }
    cache.check(mask);
    boolean done = false;
    try {
      Outputs outputs = forward(weights, batch, Span.ALL, null, request, cache);
      cache.commit(mask);
      done = true;
      return outputs;
    } finally {
      if (!done) {
        cache.rollback();
      }
    }
  }

  /**
   * Runs some blocks. Where they do not reach the head, what they give is {@link Outputs#hidden}.
   *
   * @param weights weights of this architecture
   * @param batch what blocks read beside the hidden state: masks; its labels are not read
   * @param span which blocks
   * @param entry the hidden state before the first of them; null: the batch's own input, which
   *     only a network's first block takes
   * @param request what is wanted
   * @throws IllegalArgumentException as above, and when a block or tap is not in the span
   */
  public Outputs forward(
      Weights weights, Batch batch, Span span, @Nullable NDArray entry, Request request) {
    return forward(weights, batch, span, entry, request, null);
  }

  private Outputs forward(
      Weights weights,
      Batch batch,
      Span span,
      @Nullable NDArray entry,
      Request request,
      @Nullable KeyValueCache cache) {
    ImmutableList<Block> run = run(span);
    check(request, run);
    if (entry == null && run.get(0) != blocks.get(0)) {
      throw new IllegalArgumentException(
          "Block (" + span.from() + ") of " + architecture + " needs a hidden state to begin with");
    }
    // With a cache every block is run: what later tokens look at must be whole.
    boolean whole = span.to() != null || cache != null;
    Pass pass = new Pass(weights, batch, request, kernels, kept(run), whole, cache);
    boolean recording = Autograd.isRecording();
    NDArray given = entry == null ? pass.input() : entry;
    NDArray hidden = entry == null && batch instanceof ImageBatch ? kernels.laidOut(given) : given;
    for (Block block : run) {
      if (pass.done()) {
        break;
      }
      pass.offer(Tap.before(block.name()), hidden);
      NDArray next = recording ? block.forward(hidden, pass) : forwardAlone(block, hidden, pass);
      if (!recording && next != hidden && hidden != given && !pass.keeps(hidden)) {
        hidden.close();
      }
      hidden = next;
      pass.offer(Tap.after(block.name()), hidden);
      pass.ran(block, hidden);
    }
    return new Outputs(
        request.logits() ? hidden : null,
        ImmutableMap.copyOf(pass.taken()),
        hidden,
        pass.statistics());
  }

  /**
   * Runs a block that no backward pass will follow: all that it computes is freed but its results,
   * which belong to the caller's scope, so that a pass holds one block's arrays at a time.
   */
  private static NDArray forwardAlone(Block block, NDArray hidden, Pass pass) {
    int before = pass.results().size();
    List<NDArray> results = new ArrayList<>();
    NDArray given;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      given = block.forward(hidden, pass);
      results.add(given);
      results.addAll(pass.results().subList(before, pass.results().size()));
      results.removeIf(each -> each == hidden);
      results.forEach(NDScope::unregister);
    }
    results.forEach(NDScope::register);
    return given;
  }

  private ImmutableList<Block> run(Span span) {
    int first = span.from() == null ? 0 : index(span.from());
    int last = span.to() == null ? blocks.size() - 1 : index(span.to());
    if (first > last) {
      throw new IllegalArgumentException("Block (" + span.from() + ") of " + architecture
          + " does not come before (" + span.to() + ")");
    }
    return blocks.subList(first, last + 1);
  }

  private int index(String name) {
    int index = blocks().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "No block (" + name + ") in " + architecture + "; there are " + blocks());
    }
    return index;
  }

  private void check(Request request, ImmutableList<Block> run) {
    Set<Tap> unknown = Sets.difference(request.taps(), taps());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "No taps " + names(unknown) + " in " + architecture + "; it has " + names(taps()));
    }
    if (request.logits() && !run.get(run.size() - 1).head()) {
      throw new IllegalArgumentException(architecture
          + (hasHead() ? " is left before its head, so there are" : " has no classes, so")
          + " no logits");
    }
  }

  private static ImmutableSet<String> kept(ImmutableList<Block> run) {
    return run.stream()
        .flatMap(block -> block.reads().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  private static ImmutableList<String> names(Set<Tap> taps) {
    return taps.stream().map(Tap::name).collect(ImmutableList.toImmutableList());
  }
}
