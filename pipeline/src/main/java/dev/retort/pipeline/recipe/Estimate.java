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
import org.jspecify.annotations.Nullable;

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
  private static final ImmutableSet<Architecture> NOBODY = ImmutableSet.of();

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
   * @param validation the recipe, checked, whose teacher and students are known
   * @param data how much data there is
   * @param macsPerSecond what the machine does, such as 2e10 for one core with AVX-512
   * @throws IllegalArgumentException when they are not known
   */
  public static Estimate of(Validation validation, Data data, double macsPerSecond) {
    Candidates candidates = validation.candidates();
    if (candidates == null) {
      throw new IllegalArgumentException(
          "An estimate needs known teacher and students (" + validation + ")");
    }
    return new Estimating(validation, validation.teacher(), data, macsPerSecond).all(candidates);
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

  /**
   * Networks that are trained alike.
   *
   * @param largest the largest of them
   * @param macs of a forward pass of all of them
   * @param networks how many
   */
  private record Trained(Architecture largest, double macs, int networks) {}

  /** One estimate in the making. */
  private record Estimating(
      Validation checked, @Nullable Architecture teacher, Data data, double rate) {
    Recipe recipe() {
      return checked.recipe();
    }

    Estimate all(Candidates candidates) {
      ImmutableList.Builder<Stage> stages = ImmutableList.builder();
      if (teacher != null) {
        teaching(teacher, stages);
      }
      Trained trained;
      if (candidates instanceof Candidates.Searched searched
          && recipe().students() instanceof Students.Searched how) {
        Partition partition = searched.partition();
        partition.subSpaces().forEach(sub -> stages.add(superNet(sub, how.train())));
        stages.add(search(partition, how));
        trained = new Trained(
            largest(partition),
            students(searched, how.search().top()),
            how.search().budgets().size() * how.search().top());
      } else {
        Architecture student = ((Candidates.Given) candidates).student();
        trained = new Trained(student, forward(student), 1);
      }
      FinetuneRecipe finetune = recipe().finetune();
      if (finetune != null) {
        finetuning(finetune, trained, stages);
      }
      return new Estimate(stages.build());
    }

    private void teaching(Architecture first, ImmutableList.Builder<Stage> stages) {
      TrainingRecipe training =
          recipe().teacher() == null ? null : recipe().teacher().train();
      if (training != null) {
        stages.add(training("teacher", training, new Trained(first, forward(first), 1), NOBODY));
      }
      recipe().teachers().forEach((name, further) -> {
        TeacherRecipe alone = further.alone();
        Architecture known = checked.teachers().get(name);
        if (alone != null && alone.train() != null && known != null) {
          stages.add(training(
              "teachers/" + name, alone.train(), new Trained(known, forward(known), 1), NOBODY));
        }
      });
      GeneratedRecipe generated = recipe().corpus().generated();
      if (generated != null) {
        double macs = (double) generated.texts()
            * cost(first, new InputShape(1, generated.tokens())).macs();
        stages.add(stage("corpus", macs, run(first, 1)));
      }
    }

    private void finetuning(
        FinetuneRecipe finetune, Trained trained, ImmutableList.Builder<Stage> stages) {
      stages.add(times(
          1 + finetune.compare().size(),
          training(
              "finetune", finetune.train(), trained, tutors(finetune.train().objectives()))));
      for (int i = 0; i < finetune.before().size(); i++) {
        TrainingRecipe earlier = finetune.before().get(i);
        stages.add(
            training("finetune/before-" + (i + 1), earlier, trained, tutors(earlier.objectives())));
      }
      finetune
          .baselineTrain()
          .forEach(
              (name, train) -> stages.add(training("baseline/" + name, train, trained, NOBODY)));
    }

    /** Multiply-accumulates of a forward pass of each student that will be chosen, together. */
    private double students(Candidates.Searched searched, int top) {
      Partition partition = searched.partition();
      double largest = partition.subSpaces().stream()
          .mapToDouble(sub -> forward(sub.space().largest()))
          .max()
          .orElse(0);
      double whole = cost(largest(partition), recipe().counted()).macs();
      double all = 0;
      for (Budget budget : searched.budgets().values()) {
        double share = Math.min(
            1, Math.min(share(budget, Metric.MACS, whole), share(budget, Metric.FLOPS, 2 * whole)));
        all += top * share * largest;
      }
      return all;
    }

    private static double share(Budget budget, Metric metric, double whole) {
      Bound bound = budget.bounds().get(metric);
      return bound == null ? 1 : bound.amount().doubleValue() / whole;
    }

    /** A training of networks; {@code tutors} are whom they learn from. */
    private Stage training(
        String name, TrainingRecipe train, Trained trained, ImmutableSet<Architecture> tutors) {
      long labelled = train.labelsPerClass() == null
          ? data.labelled
          : Math.min(data.labelled, (long) train.labelsPerClass() * data.classes);
      long examples = train.limit() == null ? labelled : Math.min(labelled, train.limit());
      double each = 3.0 * trained.macs() + (double) trained.networks() * forward(tutors);
      return stage(
          name,
          train.epochs() * examples * each,
          trained(trained.largest(), train.batch(), train.optimizer())
              + run(tutors, train.batch()));
    }

    /** Whom a list of objectives learns from. */
    private ImmutableSet<Architecture> tutors(List<Term> terms) {
      Architecture first = teacher;
      if (first == null) {
        return NOBODY;
      }
      ImmutableSet.Builder<Architecture> tutors = ImmutableSet.builder();
      for (Term term : terms) {
        String name = term.teacher() == null ? TeacherRecipe.FIRST : term.teacher();
        FurtherTeacher named = recipe().teachers().get(name);
        List<String> members =
            named == null || named.alone() != null ? List.of(name) : named.ensemble();
        for (String member : members) {
          Architecture tutor = Objects.requireNonNullElse(checked.teachers().get(member), first);
          tutors.add(tutor);
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

    private Stage superNet(SubSpace sub, TrainRecipe shared) {
      TrainRecipe train = shared.of(sub.name());
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

    private Stage search(Partition partition, Students.Searched how) {
      double work = 0;
      for (SubSpace sub : partition.subSpaces()) {
        double mean = (forward(sub.space().smallest()) + forward(sub.space().largest())) / 2.0;
        double examples = how.search().examples() + measured(sub, how.train());
        work += candidates(sub, how.search().method()) * mean * examples;
      }
      int batch = how.train().batch();
      ImmutableSet<Architecture> tutors = tutors(how.train().objectives());
      return stage(
          "search",
          work + (double) how.search().examples() * forward(tutors),
          run(largest(partition), batch) + run(tutors, batch));
    }

    /** Images that the statistics of each candidate are measured on. */
    private double measured(SubSpace sub, TrainRecipe shared) {
      TrainRecipe train = shared.of(sub.name());
      boolean measures = sub.space().largest().blueprint().tensors().stream()
          .anyMatch(tensor -> !tensor.role().trained());
      return measures && train.recalibrate() != null
          ? (double) train.recalibrate() * train.batch()
          : 0;
    }

    private double candidates(SubSpace sub, SearchRecipe.Method method) {
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
