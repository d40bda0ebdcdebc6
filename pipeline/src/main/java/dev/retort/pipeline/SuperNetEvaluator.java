package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.train.Taught;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.search.Candidate;
import dev.retort.search.Evaluator;
import dev.retort.space.Architecture;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Resolution;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.NativeThreads;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Scores a candidate by the distillation loss of its sub-network on held-out examples, without
 * training it. What the teacher gives is computed once, for all candidates.
 *
 * <p>The scores are {@code distillation-loss}, the weighted sum, and each term by its label, means
 * over the examples, or over the tokens where these have labels. Safe for use by several threads.
 */
final class SuperNetEvaluator implements Evaluator, AutoCloseable {
  /** The weighted sum of the terms. */
  static final String LOSS = "distillation-loss";

  private final ImmutableMap<String, SuperNet> superNets;
  private final ImmutableList<WeightedObjective> objectives;
  private final Kernels kernels;
  private final int threads;
  private final NDManager manager;
  private final ImmutableList<Batch> batches;

  /** What the teachers gave for each batch, by what students read of them. */
  private final Map<ImmutableList<ImmutableSet<Tap>>, ImmutableList<Taught>> taught =
      new HashMap<>();

  /**
   * Reads the held-out examples.
   *
   * @param superNets the trained SuperLMs by sub-space
   * @param any a member of a sub-space: whether a term reads labels is the same for all
   * @param threads cores that each evaluation uses
   */
  SuperNetEvaluator(
      ImmutableMap<String, SuperNet> superNets,
      Architecture any,
      ImmutableList<WeightedObjective> objectives,
      Dataset<?> heldOut,
      int batch,
      Kernels kernels,
      int threads,
      NDManager parent) {
    this.superNets = superNets;
    this.objectives = objectives.stream()
        .filter(term -> !term.needs(any).labels())
        .collect(ImmutableList.toImmutableList());
    this.kernels = kernels;
    this.threads = threads;
    this.manager = parent.newSubManager();
    this.batches = BatchPlan.sequential(heldOut, batch).stream()
        .map(indices -> heldOut.batch(manager, indices, null))
        .collect(ImmutableList.toImmutableList());
  }

  /** Runs the teachers once for all candidates that read the same of them, such as one depth. */
  private synchronized ImmutableList<Taught> taught(Architecture sub) {
    ImmutableList<ImmutableSet<Tap>> read = objectives.stream()
        .map(term -> term.needs(sub).teacherTaps())
        .collect(ImmutableList.toImmutableList());
    return taught.computeIfAbsent(read, any -> batches.stream()
        .map(batch -> Taught.of(objectives, ImmutableList.of(sub), batch))
        .collect(ImmutableList.toImmutableList()));
  }

  @Override
  public ImmutableMap<String, Double> score(Candidate candidate) throws InterruptedException {
    NativeThreads.set(threads);
    Architecture sub = candidate.architecture();
    SuperNet superNet = Objects.requireNonNull(superNets.get(candidate.subSpace()));
    Network network = Network.of(sub, kernels);
    boolean logits = false;
    ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
    for (WeightedObjective term : objectives) {
      Objective.Needs needs = term.needs(sub);
      logits |= needs.logits();
      taps.addAll(needs.studentTaps());
    }
    Request request = new Request(logits, taps.build(), Dropout.NONE);
    Map<String, Double> sums = new LinkedHashMap<>();
    long examples = 0;
    try (Autograd off = Autograd.off();
        NDManager views = manager.newSubManager()) {
      Weights weights = superNet.of(network, views);
      ImmutableList<Taught> lessons = taught(sub);
      for (int i = 0; i < batches.size(); i++) {
        Batch batch = batches.get(i);
        if (Thread.interrupted()) {
          throw new InterruptedException("Scoring was interrupted");
        }
        long size = weight(batch);
        examples += size;
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Outputs outputs = network.forward(weights, Resolution.fit(batch, sub, kernels), request);
          for (WeightedObjective term : objectives) {
            LossInputs inputs = new LossInputs(
                outputs,
                lessons.get(i).of(term),
                batch,
                sub,
                term.teacherOr(sub),
                term.own(superNet.extras()));
            double value = term.objective().loss(inputs).getFloat();
            sums.merge(term.label(), size * value, Double::sum);
          }
        }
      }
    }
    ImmutableMap.Builder<String, Double> scores = ImmutableMap.builder();
    double total = 0;
    for (WeightedObjective term : objectives) {
      double mean = Objects.requireNonNull(sums.get(term.label())) / examples;
      scores.put(term.label(), mean);
      total += term.weight().last() * mean;
    }
    return scores.put(LOSS, total).buildOrThrow();
  }

  /** Examples of a batch, or tokens that have labels: what a loss of it is the mean over. */
  private static long weight(Batch batch) {
    return batch instanceof TextBatch text && text.positions() != null
        ? text.positions().size()
        : batch.size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
