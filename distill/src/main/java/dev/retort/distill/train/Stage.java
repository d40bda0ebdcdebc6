package dev.retort.distill.train;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.Kernels;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * One training: who learns, from whom, with which losses on which batches. Super-net training,
 * fine-tuning and teacher training are all stages.
 *
 * @param name such as {@code train/tiny}; unique in a run
 * @param streams where its randomness comes from
 * @param student the weights that are trained, in place
 * @param frozen names of tensors of the student that keep their values
 * @param sampler which sub-networks each step trains
 * @param objectives the terms of the loss
 * @param batches the data
 * @param options how long and how
 * @param kernels the operations of the student's networks
 */
public record Stage(
    String name,
    RandomStreams streams,
    SharedWeights student,
    ImmutableSet<String> frozen,
    ArchitectureSampler sampler,
    ImmutableList<WeightedObjective> objectives,
    BatchSource batches,
    Options options,
    Kernels kernels) {

  /** Checks that there is a loss, and a teacher where a loss needs one. */
  public Stage {
    if (objectives.isEmpty()) {
      throw new IllegalArgumentException("Stage " + name + " needs an objective");
    }
    Architecture own = student.full().architecture();
    Set<String> unknown = Sets.difference(frozen, student.full().tensors().keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Stage " + name + " freezes tensors that " + own + " does not have (" + unknown + ")");
    }
    Set<String> labels = new HashSet<>();
    for (WeightedObjective each : objectives) {
      if (!labels.add(each.label())) {
        throw new IllegalArgumentException(
            "Two objectives of stage " + name + " have the label (" + each.label() + ")");
      }
      if (each.teacher() == null && each.needs(own).teacher()) {
        throw new IllegalArgumentException(
            "Objective (" + each.label() + ") of stage " + name + " needs a teacher");
      }
    }
    checkWeights(name, objectives, options.steps());
  }

  /** No step may be without a loss. Whether a weight is 0 changes only where it begins or ends. */
  private static void checkWeights(
      String name, ImmutableList<WeightedObjective> objectives, long steps) {
    LongStream.concat(
            LongStream.of(0, steps - 1),
            objectives.stream()
                .map(WeightedObjective::weight)
                .flatMapToLong(each -> LongStream.of(
                    each.begin() - 1, each.begin(), each.begin() + 1, each.end() - 1, each.end())))
        .filter(step -> step >= 0 && step < steps)
        .filter(step -> objectives.stream().allMatch(each -> each.weight().at(step) == 0))
        .min()
        .ifPresent(step -> {
          throw new IllegalArgumentException(
              "At step (" + step + ") of stage " + name + " every objective has the weight 0");
        });
  }

  /**
   * How long and how a stage trains.
   *
   * @param steps updates in all
   * @param accumulate batches whose gradients are added before an update
   * @param dropout share of activations dropped in the student, in [0, 1)
   * @param optimizer how weights are updated
   * @param checkpointEvery steps between checkpoints; 0: none but the last
   * @param patience consecutive steps without finite numbers after which training stops
   */
  public record Options(
      long steps,
      int accumulate,
      double dropout,
      OptimizerOptions optimizer,
      long checkpointEvery,
      int patience) {
    /** Checks the ranges; messages name the key of a recipe. */
    public Options {
      if (steps < 0 || accumulate < 1 || checkpointEvery < 0 || patience < 1) {
        throw new IllegalArgumentException(
            "steps (" + steps + ") and checkpoint.every (" + checkpointEvery
                + ") must be 0 or more, accumulate (" + accumulate + ") and patience ("
                + patience + ") 1 or more");
      }
      if (!(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException("dropout must be in [0, 1), not (" + dropout + ")");
      }
    }
  }
}
