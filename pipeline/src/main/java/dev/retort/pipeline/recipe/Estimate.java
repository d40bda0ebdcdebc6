package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a recipe will take, before it is run: by these rules, not by measurement.
 *
 * <ul>
 *   <li>Work: a forward pass is the blueprint's multiply-accumulates at the mean length of the
 *       texts; training on it is three times that (forward, and backward to weights and to inputs).
 *       A super-net's step is its sandwich, a random sub-network counting as the mean of smallest
 *       and largest, plus one forward pass of each teacher that
 *       an objective names. A student that is still to be found
 *       counts as its budget's bound on multiply-accumulates, or as the largest of the space.
 *   <li>Time: work over a rate of multiply-accumulates a second, for one stage after another.
 *       Overhead is not counted: networks under a million multiply-accumulates a text take longer.
 *   <li>Memory, float32, at the full sequence: of what is trained weights, gradients and the
 *       optimiser's moments, and every operation's output for one batch, kept for the backward
 *       pass; of the teachers beside it weights and the largest activations of one batch. The
 *       program itself is not counted.
 * </ul>
 *
 * @param stages in their order
 */
public record Estimate(ImmutableList<Stage> stages) {
  private static final int FLOAT = 4;

  /**
   * One stage.
   *
   * @param name such as {@code train/tiny}
   * @param macs multiply-accumulates in all
   * @param seconds at the given rate
   * @param bytes held at once
   */
  public record Stage(String name, double macs, double seconds, long bytes) {
    /** {@code train/tiny: 38 s, 120 MiB}. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: %.0f s, %d MiB", name, seconds, (bytes + (1 << 20) - 1) >> 20);
    }
  }

  /**
   * How much data there is, limits of the recipe not applied.
   *
   * @param labelled training examples of the task; 0 without a task
   * @param classes of the task; 0 without a task
   * @param length mean tokens an example, cut at the recipe's sequence; 1 for images
   */
  public record Data(long labelled, int classes, int length) {}

  /**
   * Estimates a recipe.
   *
   * @param validation the recipe, checked, whose teacher is known
   * @param data how much data there is
   * @param macsPerSecond what the machine does, such as 2e10 for one core with AVX-512
   * @throws IllegalArgumentException when the teacher is not known
   */
  public static Estimate of(Validation validation, Data data, double macsPerSecond) {
    Architecture teacher = validation.teacher();
    Partition partition = validation.partition();
    if (teacher == null || partition == null) {
      throw new IllegalArgumentException("An estimate needs a known teacher (" + validation + ")");
    }
    return new Estimating(validation, teacher, data, macsPerSecond).all(partition);
  }

  /** Seconds in all, one stage after another. */
  public double seconds() {
    return stages.stream().mapToDouble(Stage::seconds).sum();
  }

  /** The most bytes of any stage. */
  public long bytes() {
    return stages.stream().mapToLong(Stage::bytes).max().orElse(0);
  }

  /** A line a stage. */
  @Override
  public String toString() {
    return stages.stream().map(Stage::toString).collect(Collectors.joining("\n"));
  }

  /** One estimate in the making. */
  private record Estimating(Validation checked, Architecture teacher, Data data, double rate) {
    Recipe recipe() {
      return checked.recipe();
    }

    Estimate all(Partition partition) {
      ImmutableList.Builder<Stage> stages = ImmutableList.builder();
      TrainingRecipe training = recipe().teacher().train();
      if (training != null) {
        stages.add(training("teacher", training, forward(teacher), teacher, ImmutableSet.of()));
      }
      recipe().teachers().forEach((name, further) -> {
        TeacherRecipe alone = further.alone();
        Architecture known = checked.teachers().get(name);
        if (alone != null && alone.train() != null && known != null) {
          stages.add(training(
              "teachers/" + name, alone.train(), forward(known), known, ImmutableSet.of()));
        }
      });
      GeneratedRecipe generated = recipe().corpus().generated();
      if (generated != null) {
        double macs = (double) generated.texts()
            * cost(teacher, new InputShape(1, generated.tokens())).macs();
        stages.add(stage("corpus", macs, run(teacher, 1)));
      }
      partition.subSpaces().forEach(sub -> stages.add(superNet(sub)));
      stages.add(search(partition));
      FinetuneRecipe finetune = recipe().finetune();
      if (finetune != null) {
        Architecture largest = largest(partition);
        double each = students(partition);
        stages.add(times(
            1 + finetune.compare().size(),
            training(
                "finetune",
                finetune.train(),
                each,
                largest,
                tutors(finetune.train().objectives()))));
        for (int i = 0; i < finetune.before().size(); i++) {
          TrainingRecipe earlier = finetune.before().get(i);
          stages.add(training(
              "finetune/before-" + (i + 1), earlier, each, largest, tutors(earlier.objectives())));
        }
        finetune
            .baselineTrain()
            .forEach((name, train) ->
                stages.add(training("baseline/" + name, train, each, largest, ImmutableSet.of())));
      }
      return new Estimate(stages.build());
    }

    /** Multiply-accumulates of a forward pass of each student that will be chosen, together. */
    private double students(Partition partition) {
      double largest = partition.subSpaces().stream()
          .mapToDouble(sub -> forward(sub.space().largest()))
          .max()
          .orElse(0);
      double whole = cost(largest(partition), recipe().counted()).macs();
      double all = 0;
      for (Budget budget : checked.budgets().values()) {
        double share = Math.min(
            1, Math.min(share(budget, Metric.MACS, whole), share(budget, Metric.FLOPS, 2 * whole)));
        all += recipe().search().top() * share * largest;
      }
      return all;
    }

    private static double share(Budget budget, Metric metric, double whole) {
      Bound bound = budget.bounds().get(metric);
      return bound == null ? 1 : bound.amount().doubleValue() / whole;
    }

    /**
     * A training of networks.
     *
     * @param macs of a forward pass of all of them
     * @param student the largest of them
     * @param tutors whom they learn from
     */
    private Stage training(
        String name,
        TrainingRecipe train,
        double macs,
        Architecture student,
        ImmutableSet<Architecture> tutors) {
      long labelled = train.labelsPerClass() == null
          ? data.labelled
          : Math.min(data.labelled, (long) train.labelsPerClass() * data.classes);
      long examples = train.limit() == null ? labelled : Math.min(labelled, train.limit());
      int networks = recipe().search().budgets().size() * recipe().search().top();
      double each = 3.0 * macs + (double) networks * forward(tutors);
      return stage(
          name,
          train.epochs() * examples * each,
          trained(student, train.batch(), train.optimizer()) + run(tutors, train.batch()));
    }

    /** Whom a list of objectives learns from. */
    private ImmutableSet<Architecture> tutors(List<Term> terms) {
      ImmutableSet.Builder<Architecture> tutors = ImmutableSet.builder();
      for (Term term : terms) {
        String name = term.teacher() == null ? TeacherRecipe.FIRST : term.teacher();
        FurtherTeacher named = recipe().teachers().get(name);
        List<String> members =
            named == null || named.alone() != null ? List.of(name) : named.ensemble();
        for (String member : members) {
          tutors.add(Objects.requireNonNullElse(checked.teachers().get(member), teacher));
        }
      }
      return tutors.build();
    }

    private double forward(ImmutableSet<Architecture> networks) {
      return networks.stream().mapToDouble(this::forward).sum();
    }

    private long run(ImmutableSet<Architecture> networks, int batch) {
      return networks.stream().mapToLong(each -> run(each, batch)).sum();
    }

    private Stage superNet(SubSpace sub) {
      TrainRecipe train = recipe().train().of(sub.name());
      TrainRecipe.Sandwich sandwich = train.sandwich();
      double smallest = forward(sub.space().smallest());
      double largest = forward(sub.space().largest());
      double step = (sandwich.smallest() ? smallest : 0)
          + (sandwich.largest() ? largest : 0)
          + sandwich.random() * (smallest + largest) / 2;
      double examples = (double) train.steps() * train.batch() * train.accumulate();
      return stage(
          "train/" + sub.name(),
          examples * (3 * step + forward(tutors(train.objectives()))),
          trained(sub.space().largest(), train.batch(), train.optimizer())
              + run(tutors(train.objectives()), train.batch()));
    }

    private Stage search(Partition partition) {
      double work = 0;
      for (SubSpace sub : partition.subSpaces()) {
        double mean = (forward(sub.space().smallest()) + forward(sub.space().largest())) / 2.0;
        work += candidates(sub) * mean * (recipe().search().examples() + measured(sub));
      }
      int batch = recipe().train().batch();
      ImmutableSet<Architecture> tutors = tutors(recipe().train().objectives());
      return stage(
          "search",
          work + (double) recipe().search().examples() * forward(tutors),
          run(largest(partition), batch) + run(tutors, batch));
    }

    /** Images that the statistics of each candidate are measured on. */
    private double measured(SubSpace sub) {
      TrainRecipe train = recipe().train().of(sub.name());
      boolean measures = sub.space().largest().blueprint().tensors().stream()
          .anyMatch(tensor -> !tensor.role().trained());
      return measures && train.recalibrate() != null
          ? (double) train.recalibrate() * train.batch()
          : 0;
    }

    private double candidates(SubSpace sub) {
      SearchRecipe.Method method = recipe().search().method();
      double all = sub.space().count().doubleValue();
      double scored =
          switch (method.name()) {
            case EXHAUSTIVE -> all;
            case RANDOM -> method.samples();
            case EVOLUTION ->
              all <= method.exhaustiveLimit()
                  ? all
                  : (double) method.population() * method.generations();
          };
      return Math.min(all, scored);
    }

    private static Architecture largest(Partition partition) {
      return partition.subSpaces().stream()
          .map(sub -> sub.space().largest())
          .max((a, b) -> Long.compare(a.blueprint().parameters(), b.blueprint().parameters()))
          .orElseThrow();
    }

    private long forward(Architecture architecture) {
      return cost(architecture, new InputShape(1, data.length)).macs();
    }

    private static Cost cost(Architecture architecture, InputShape input) {
      return architecture.family().cost(architecture, input);
    }

    /** Bytes of a network while it is trained. */
    private long trained(Architecture architecture, int batch, OptimizerRecipe optimizer) {
      InputShape input = recipe().input(batch);
      int copies = optimizer.name() == OptimizerRecipe.Rule.SGD ? 3 : 4;
      long outputs = architecture.blueprint().operations().stream()
          .mapToLong(operation -> operation.outputs().at(input))
          .sum();
      return FLOAT * (copies * architecture.blueprint().parameters() + outputs);
    }

    /** Bytes of a network that is only run. */
    private long run(Architecture architecture, int batch) {
      Cost cost = cost(architecture, recipe().input(batch));
      return cost.weightBytes() + cost.peakActivationBytes();
    }

    private Stage stage(String name, double macs, long bytes) {
      return new Stage(name, macs, macs / rate, bytes);
    }

    private static Stage times(int copies, Stage one) {
      return new Stage(one.name(), copies * one.macs(), copies * one.seconds(), one.bytes());
    }
  }
}
