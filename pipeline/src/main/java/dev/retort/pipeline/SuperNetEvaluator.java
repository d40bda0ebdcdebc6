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
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.search.Candidate;
import dev.retort.search.Evaluator;
import dev.retort.space.Architecture;
import dev.retort.space.SearchSpace;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
  private final Architecture teacher;
  private final int threads;
  private final NDManager manager;
  private final List<Taught> batches = new ArrayList<>();

  /** One held-out batch and what the teacher gave for it. */
  private record Taught(Batch batch, Outputs outputs) {}

  /**
   * Runs the teacher.
   *
   * @param superNets the trained SuperLMs by sub-space
   * @param spaces the sub-spaces, whose members tell which taps are read
   * @param threads cores that each evaluation uses
   */
  SuperNetEvaluator(
      ImmutableMap<String, SuperNet> superNets,
      Map<String, SearchSpace> spaces,
      ImmutableList<WeightedObjective> objectives,
      Teacher teacher,
      Dataset<?> heldOut,
      int batch,
      Kernels kernels,
      int threads,
      NDManager parent) {
    this.superNets = superNets;
    this.objectives = objectives.stream()
        .filter(term -> !needs(term, spaces, teacher).labels())
        .collect(ImmutableList.toImmutableList());
    this.kernels = kernels;
    this.teacher = teacher.architecture();
    this.threads = threads;
    this.manager = parent.newSubManager();
    boolean logits = false;
    ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
    for (WeightedObjective term : this.objectives) {
      Objective.Needs needs = needs(term, spaces, teacher);
      logits |= needs.logits();
      taps.addAll(needs.teacherTaps());
    }
    for (int[] indices : BatchPlan.sequential(heldOut, batch)) {
      Batch input = heldOut.batch(manager, indices, null);
      batches.add(new Taught(input, teacher.outputs(input, logits, taps.build())));
    }
  }

  private static Objective.Needs needs(
      WeightedObjective term, Map<String, SearchSpace> spaces, Teacher teacher) {
    Architecture any = spaces.values().iterator().next().largest();
    return term.objective().needs(any, teacher.architecture());
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
      Objective.Needs needs = term.objective().needs(sub, teacher);
      logits |= needs.logits();
      taps.addAll(needs.studentTaps());
    }
    Request request = new Request(logits, taps.build(), Dropout.NONE);
    Map<String, Double> sums = new LinkedHashMap<>();
    long examples = 0;
    try (Autograd off = Autograd.off();
        NDManager views = manager.newSubManager()) {
      Weights weights = superNet.of(network, views);
      for (Taught taught : batches) {
        if (Thread.interrupted()) {
          throw new InterruptedException("Scoring was interrupted");
        }
        long size = weight(taught.batch());
        examples += size;
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Outputs outputs =
              network.forward(weights, Resolution.fit(taught.batch(), sub, kernels), request);
          for (WeightedObjective term : objectives) {
            LossInputs inputs = new LossInputs(
                outputs,
                taught.outputs(),
                taught.batch(),
                sub,
                teacher,
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
      total += term.weight() * mean;
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
