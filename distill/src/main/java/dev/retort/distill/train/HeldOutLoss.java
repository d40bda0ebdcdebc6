package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Resolution;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a loss of many networks on the same examples. What teachers give for them is
 * computed once, by the first network that asks, and kept for the others.
 *
 * <p>A score is the sum of value x size over the batches by the sum of sizes, where size is the
 * number of examples, or of tokens where these have labels, and value the term of the batch. For a
 * term that is a mean over examples it is therefore the mean over all examples, however they are
 * batched: texts of like length together, so that hardly anything is padded. The sum is taken in
 * the order of the batches, whatever order they are run in. Safe for use by several threads.
 */
public final class HeldOutLoss {
  private final ImmutableList<WeightedObjective> terms;
  private final ImmutableList<Batch> batches;

  /** What the teachers gave for each batch, by what students read of them. */
  private final Map<ImmutableList<ImmutableSet<Tap>>, ImmutableList<Taught>> taught =
      new HashMap<>();

  /** Hears of each batch while a network is scored. */
  @FunctionalInterface
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = (batch, values) -> true;

    /**
     * A batch was run.
     *
     * @param batch which, from 0
     * @param values the terms by label
     * @return whether to go on: otherwise the network is given up
     */
    boolean goesOn(int batch, ImmutableMap<String, Double> values);
  }

  /**
   * Makes ready; nothing is computed yet.
   *
   * @param terms the terms; weights are not looked at
   * @param batches the examples; they stay the caller's, and what teachers give belongs to their
   *     managers
   */
  public HeldOutLoss(ImmutableList<WeightedObjective> terms, ImmutableList<Batch> batches) {
    this.terms = terms;
    this.batches = batches;
  }

  /** The size of each batch: examples, or tokens that have labels. */
  public double[] sizes() {
    return batches.stream()
        .mapToDouble(batch -> batch instanceof TextBatch text && text.positions() != null
            ? text.positions().size()
            : batch.size())
        .toArray();
  }

  /**
   * Scores a network: each term by its label.
   *
   * @param weights its weights, cut once for all batches
   * @param extras the tensors that the terms trained beside it, by the stage's names
   * @param order the batches in the order in which they are run, each once
   * @param listener hears of each batch
   * @return null where the listener gave it up
   * @throws InterruptedException when the thread is interrupted, between two batches
   */
  public @Nullable ImmutableMap<String, Double> score(
      Network network,
      Weights weights,
      ImmutableMap<String, NDArray> extras,
      int[] order,
      Listener listener)
      throws InterruptedException {
    Architecture sub = network.architecture();
    Request request = request(sub);
    double[] sizes = sizes();
    double[][] values = new double[batches.size()][];
    try (Autograd off = Autograd.off()) {
      ImmutableList<Taught> lessons = taught(sub);
      for (int batch : order) {
        if (Thread.interrupted()) {
          throw new InterruptedException("Scoring was interrupted");
        }
        values[batch] = terms(network, weights, extras, batch, lessons.get(batch), request);
        if (!listener.goesOn(batch, named(values[batch]))) {
          return null;
        }
      }
    }
    double[] means = new double[terms.size()];
    double all = 0;
    for (int batch = 0; batch < values.length; batch++) {
      all += sizes[batch];
      for (int i = 0; i < means.length; i++) {
        means[i] += sizes[batch] * values[batch][i];
      }
    }
    for (int i = 0; i < means.length; i++) {
      means[i] /= all;
    }
    return named(means);
  }

  private ImmutableMap<String, Double> named(double[] values) {
    ImmutableMap.Builder<String, Double> named = ImmutableMap.builder();
    for (int i = 0; i < values.length; i++) {
      named.put(terms.get(i).label(), values[i]);
    }
    return named.buildOrThrow();
  }

  private Request request(Architecture sub) {
    boolean logits = false;
    ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
    for (WeightedObjective term : terms) {
      Objective.Needs needs = term.needs(sub);
      logits |= needs.logits();
      taps.addAll(needs.studentTaps());
    }
    return new Request(logits, taps.build(), Dropout.NONE);
  }

  /** Runs the teachers once for all networks that read the same of them, such as one depth. */
  private synchronized ImmutableList<Taught> taught(Architecture sub) {
    ImmutableList<ImmutableSet<Tap>> read = terms.stream()
        .map(term -> term.needs(sub).teacherTaps())
        .collect(ImmutableList.toImmutableList());
    return taught.computeIfAbsent(read, any -> batches.stream()
        .map(batch -> Taught.of(terms, ImmutableList.of(sub), batch))
        .collect(ImmutableList.toImmutableList()));
  }

  private double[] terms(
      Network network,
      Weights weights,
      ImmutableMap<String, NDArray> extras,
      int index,
      Taught lesson,
      Request request) {
    Architecture sub = network.architecture();
    Batch batch = batches.get(index);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Outputs outputs =
          network.forward(weights, Resolution.fit(batch, sub, network.kernels()), request);
      List<NDArray> losses = new ArrayList<>();
      for (WeightedObjective term : terms) {
        LossInputs inputs = new LossInputs(
            outputs, lesson.of(term), batch, sub, term.teacherOr(sub), term.own(extras));
        losses.add(term.objective().loss(inputs));
      }
      return losses.stream().mapToDouble(NDArray::getFloat).toArray();
    }
  }
}
