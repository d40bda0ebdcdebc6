package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.distill.train.HeldOutLoss;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.search.BlockEvaluator;
import dev.retort.search.Candidate;
import dev.retort.space.Architecture;
import dev.retort.supernet.Network;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.NativeThreads;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scores a candidate by the distillation loss of its sub-network on held-out examples, without
 * training it. What follows from the teacher is computed once, for all candidates.
 *
 * <p>The scores are {@code distillation-loss}, the weighted sum, and each term by its label, means
 * over the examples, or over the tokens where these have labels. Examples of like length make a
 * batch, and each batch is a block; blocks are scored in an order drawn by the seed. Safe for use
 * by several threads.
 */
final class SuperNetEvaluator implements BlockEvaluator, AutoCloseable {
  /** The weighted sum of the terms. */
  static final String LOSS = "distillation-loss";

  private final ImmutableMap<String, SuperNet> superNets;
  private final ImmutableList<WeightedObjective> objectives;
  private final Kernels kernels;
  private final int threads;
  private final NDManager manager;
  private final HeldOutLoss heldOut;
  private final int[] order;

  /**
   * Reads the held-out examples.
   *
   * @param superNets the trained SuperLMs by sub-space
   * @param any a member of a sub-space: whether a term reads labels is the same for all
   * @param batch examples a block
   * @param kernels the operations of sub-networks
   * @param threads cores that each evaluation uses
   * @param random draws the order of the blocks
   */
  SuperNetEvaluator(
      ImmutableMap<String, SuperNet> superNets,
      Architecture any,
      ImmutableList<WeightedObjective> objectives,
      Dataset<?> heldOut,
      int batch,
      Kernels kernels,
      int threads,
      RandomGenerator random,
      NDManager parent) {
    this.superNets = superNets;
    this.objectives = objectives.stream()
        .filter(term -> !term.needs(any).labels())
        .collect(ImmutableList.toImmutableList());
    this.kernels = kernels;
    this.threads = threads;
    this.manager = parent.newSubManager();
    this.heldOut = new HeldOutLoss(
        this.objectives,
        BatchPlan.sequential(heldOut, batch).stream()
            .map(indices -> heldOut.batch(manager, indices, null))
            .collect(ImmutableList.toImmutableList()));
    this.order = IntStream.range(0, this.heldOut.sizes().length).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int each = order[i];
      order[i] = order[j];
      order[j] = each;
    }
  }

  @Override
  public double[] weights() {
    double[] sizes = heldOut.sizes();
    return Arrays.stream(order).mapToDouble(block -> sizes[block]).toArray();
  }

  @Override
  public @Nullable ImmutableMap<String, Double> score(Candidate candidate, Judge judge)
      throws InterruptedException {
    NativeThreads.set(threads);
    SuperNet superNet = Objects.requireNonNull(superNets.get(candidate.subSpace()));
    Network network = Network.of(candidate.architecture(), kernels);
    try (Autograd off = Autograd.off();
        NDManager views = manager.newSubManager()) {
      ImmutableMap<String, Double> terms = heldOut.score(
          network,
          superNet.of(network, views).lasting(views),
          superNet.extras(),
          order,
          (block, values) -> judge.goesOn(total(values)));
      return terms == null ? null : total(terms);
    }
  }

  /** The terms and their weighted sum. */
  private ImmutableMap<String, Double> total(ImmutableMap<String, Double> terms) {
    double total = 0;
    for (WeightedObjective term : objectives) {
      total += term.weight().last() * Objects.requireNonNull(terms.get(term.label()));
    }
    return ImmutableMap.<String, Double>builder().putAll(terms).put(LOSS, total).buildOrThrow();
  }

  @Override
  public void close() {
    manager.close();
  }
}
