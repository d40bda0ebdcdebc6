package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.distill.arithmetic.Aggregation;
import dev.retort.distill.train.ArchitectureSampler;
import dev.retort.distill.train.Checkpoints;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.StepReport;
import dev.retort.distill.train.Trainer;
import dev.retort.distill.train.TrainingListener;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;

/**
 * One training by the project's loop on examples as they are. AdamW, whose steps do not grow with
 * the loss: a heavier loss is no higher rate.
 *
 * @param examples what is learnt
 * @param batch examples a step
 * @param epochs passes over them
 * @param rate AdamW's, after a warm-up of a tenth of the steps falling along half a cosine
 * @param dropout share of activations dropped
 */
record Training(Dataset<?> examples, int batch, double epochs, double rate, double dropout) {
  private static final int PATIENCE = 10;

  /** Which part of the steps counts as first, and as last. */
  private static final int FIRST_PART = 100;

  private static final int LAST_PART = 10;

  /** What the names of the tensors end with that say how much {@code dfa} takes of each layer. */
  private static final String BETA = ".beta";

  long steps() {
    int batches = (examples.size() - 1) / batch + 1;
    return Math.max(1, Math.round(epochs * batches));
  }

  /**
   * Trains weights in place.
   *
   * @return {@link Trial#STEP}, of each term its first and last mean, and what {@code dfa} found
   */
  Map<String, Double> run(
      String name,
      Weights weights,
      ImmutableList<WeightedObjective> terms,
      RandomStreams streams,
      NDManager manager) {
    return run(name, weights, terms, streams, step -> {}, manager);
  }

  /**
   * The same.
   *
   * @param after told how many steps are done, after each
   */
  Map<String, Double> run(
      String name,
      Weights weights,
      ImmutableList<WeightedObjective> terms,
      RandomStreams streams,
      LongConsumer after,
      NDManager manager) {
    BatchPlan plan = new BatchPlan(examples, batch, streams);
    Stage stage = new Stage(
        name,
        streams,
        new SharedWeights(weights, new LeadingSlicing()),
        ImmutableSet.of(),
        ArchitectureSampler.fixed(weights.architecture()),
        terms,
        (number, owner) -> examples.batch(owner, plan.batch(number), null),
        new Stage.Options(steps(), 1, dropout, optimizer(rate), 0, PATIENCE),
        new EagerKernels());
    List<StepReport> reports = new ArrayList<>();
    long begin = System.nanoTime();
    Map<String, Double> measures = new HashMap<>();
    try (Trainer trainer = new Trainer(stage, manager);
        NDManager scratch = manager.newSubManager()) {
      TrainingListener listener = report -> {
        reports.add(report);
        after.accept(report.step());
      };
      trainer.run(Checkpoints.NONE, listener, () -> false);
      trainer.extras(scratch).forEach((tensor, value) -> {
        if (tensor.endsWith(BETA)) {
          float[] shares = Aggregation.weights(value).toFloatArray();
          for (int layer = 0; layer < shares.length; layer++) {
            measures.put(Trial.SHARE + tensor + ":" + layer, (double) shares[layer]);
          }
        }
      });
    }
    measures.put(Trial.STEP, (System.nanoTime() - begin) / 1e6 / reports.size());
    int count = reports.size();
    for (WeightedObjective term : terms) {
      String label = term.label();
      List<StepReport> first = reports.subList(0, Math.max(1, count / FIRST_PART));
      List<StepReport> last = reports.subList(count - Math.max(1, count / LAST_PART), count);
      mean(first, label).ifPresent(mean -> measures.put(Trial.BEGIN + label, mean));
      mean(last, label).ifPresent(mean -> measures.put(Trial.END + label, mean));
    }
    return measures;
  }

  /** AdamW of some rate, as all trainings here have it. */
  static OptimizerOptions optimizer(double rate) {
    return new OptimizerOptions(
        OptimizerOptions.Name.ADAMW,
        rate,
        0.9,
        0.999,
        1e-8,
        0.9,
        0.01,
        0,
        0.1,
        OptimizerOptions.Decay.COSINE);
  }

  /** Of the steps at which the term counted. */
  private static OptionalDouble mean(List<StepReport> reports, String label) {
    return reports.stream()
        .map(each -> each.terms().get(label))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }
}
