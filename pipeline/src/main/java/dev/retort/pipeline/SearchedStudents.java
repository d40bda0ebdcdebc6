package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Metric.Target;
import dev.retort.pipeline.recipe.Candidates;
import dev.retort.pipeline.recipe.Students;
import dev.retort.pipeline.report.BudgetLine;
import dev.retort.pipeline.report.CandidateLine;
import dev.retort.pipeline.report.FidelityLine;
import dev.retort.pipeline.report.PlaceLine;
import dev.retort.pipeline.report.SearchReport;
import dev.retort.pipeline.report.StageLine;
import dev.retort.pipeline.report.SubSpaceLine;
import dev.retort.search.RankFidelity;
import dev.retort.search.Scored;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Students that were searched in super-nets: the best under each budget.
 *
 * @param bench the run's
 * @param material what networks are given
 * @param recipe how they were searched
 * @param partition the sub-spaces
 * @param superNets the trained super-net of each
 * @param found what the search found
 * @param accuracies dev scores of some candidates, by key
 */
record SearchedStudents(
    Workbench bench,
    Material<?> material,
    Students.Searched recipe,
    Partition partition,
    ImmutableMap<String, SuperNet> superNets,
    SearchStage.Found found,
    ImmutableMap<String, Double> accuracies)
    implements Selection {

  /** Trains a super-net for each sub-space and searches them under each budget. */
  static SearchedStudents of(
      Workbench bench,
      TaskData<?> data,
      Teachers teachers,
      Students.Searched recipe,
      Candidates.Searched candidates,
      Timings timings)
      throws InterruptedException {
    Partition partition = candidates.partition();
    ImmutableMap<String, SuperNet> superNets =
        timings.time("train", () -> new SuperNetStage(bench, data, teachers, recipe.train())
            .run(partition.subSpaces()));
    SearchStage search =
        new SearchStage(bench, data, teachers, recipe, partition, candidates.budgets());
    SearchStage.Found found = timings.time("search", () -> search.run(superNets));
    ImmutableMap<String, Double> accuracies =
        timings.time("fidelity", () -> search.fidelity(found.result(), superNets));
    return new SearchedStudents(
        bench, data.material(), recipe, partition, superNets, found, accuracies);
  }

  /** Each chosen architecture once, with every budget that chose it. */
  @Override
  public ImmutableList<Student> students() {
    Map<String, Scored> byKey = new LinkedHashMap<>();
    Map<String, List<String>> budgets = new LinkedHashMap<>();
    found.chosen().forEach((budget, scored) -> {
      byKey.putIfAbsent(scored.key(), scored);
      budgets.computeIfAbsent(scored.key(), key -> new ArrayList<>()).add(budget);
    });
    ImmutableList.Builder<Student> all = ImmutableList.builder();
    byKey.forEach((key, scored) -> {
      SubSpace subSpace = partition.find(scored.candidate().subSpace()).orElseThrow();
      Architecture architecture = scored.candidate().architecture();
      String label = subSpace.space().label(architecture);
      String asked = String.join(", ", budgets.getOrDefault(key, List.of()));
      all.add(new Student(
          subSpace.space().family().name() + "-" + label.replace('/', '_'),
          asked,
          architecture,
          scored.candidate().cost(),
          subSpace.name(),
          asked));
    });
    ImmutableList<Student> students = all.build();
    ImmutableSet<String> names =
        students.stream().map(Student::name).collect(ImmutableSet.toImmutableSet());
    if (names.size() != students.size()) {
      throw new UserException(
          UserException.Kind.USAGE,
          "Two sub-spaces hold the same architecture (" + names
              + "): make the sub-spaces of the recipe disjoint.");
    }
    return students;
  }

  @Override
  public Weights begun(Student student, NDManager manager) {
    SuperNet superNet = Objects.requireNonNull(superNets.get(student.subSpace()));
    return superNet.extract(Network.of(student.architecture(), bench.kernels), manager);
  }

  @Override
  public String beginning() {
    return "as the super-net gives it";
  }

  @Override
  public String trained(String way) {
    return "super-net + " + GivenStudent.name(way);
  }

  @Override
  public String story() {
    return recipe.corpus().taskTrain() && material.metric().target() == Target.LABEL
        ? "What is distilled on are the teacher's own training " + material.plural()
            + " without their labels, so the teacher's answers carry label information. "
        : "";
  }

  @Override
  public ImmutableList<BudgetLine> budgets() {
    ImmutableList.Builder<BudgetLine> budgets = ImmutableList.builder();
    recipe
        .search()
        .budgets()
        .forEach((name, bounds) -> budgets.add(new BudgetLine(
            name,
            bounds.entrySet().stream()
                .map(each -> each.getKey() + " at most " + each.getValue())
                .collect(Collectors.joining(", ")),
            macs(Objects.requireNonNull(found.budgets().get(name))))));
    return budgets.build();
  }

  /** The tightest bound of a budget on MACs; NaN when it bounds neither MACs nor FLOPs. */
  private static double macs(Budget budget) {
    Bound macs = budget.bounds().get(Metric.MACS);
    Bound flops = budget.bounds().get(Metric.FLOPS);
    double fromMacs = macs == null ? Double.NaN : macs.amount().doubleValue();
    double fromFlops = flops == null ? Double.NaN : flops.amount().doubleValue() / 2;
    return Double.isNaN(fromMacs)
        ? fromFlops
        : Double.isNaN(fromFlops) ? fromMacs : Math.min(fromMacs, fromFlops);
  }

  @Override
  public SearchReport search(Timings timings) {
    List<SubSpaceLine> spaces = new ArrayList<>();
    for (SubSpace each : partition.subSpaces()) {
      SearchSpace space = each.space();
      spaces.add(new SubSpaceLine(
          each.name(),
          space.dimensions().stream().map(Object::toString).collect(Collectors.joining(", ")),
          space.count().doubleValue(),
          macs(space.smallest()),
          macs(space.largest())));
    }
    List<CandidateLine> candidates = new ArrayList<>();
    int dropped = 0;
    for (Scored scored : found.result().evaluated()) {
      if (scored.status() == Scored.Status.DROPPED) {
        dropped++;
        continue;
      }
      String chosenFor = found.chosen().entries().stream()
          .filter(each -> each.getValue().key().equals(scored.key()))
          .map(Map.Entry::getKey)
          .collect(Collectors.joining(", "));
      candidates.add(new CandidateLine(
          scored.candidate().architecture().toString(),
          scored.candidate().subSpace(),
          scored.candidate().cost().macs(),
          loss(scored),
          chosenFor));
    }
    return new SearchReport(
        found.method(),
        "held-out distillation loss",
        timings.seconds("search"),
        spaces,
        candidates,
        Double.NaN,
        dropped == 0
            ? ""
            : dropped + " more were dropped early, as worse than one that is as cheap by a paired"
                + " test on the same examples; they have no score and are not drawn.");
  }

  private double macs(Architecture architecture) {
    return bench.accounting().cost(architecture, bench.recipe.counted()).macs();
  }

  private static double loss(Scored scored) {
    Double loss = scored.scores().get(SuperNetEvaluator.LOSS);
    return loss == null ? Double.NaN : loss;
  }

  @Override
  public ImmutableList<FidelityLine> fidelity() {
    List<Scored> measured = found.result().evaluated().stream()
        .filter(each -> accuracies.containsKey(each.key()))
        .toList();
    double[] dev = measured.stream()
        .mapToDouble(each -> accuracies.getOrDefault(each.key(), 0.0))
        .toArray();
    double[] losses = measured.stream().mapToDouble(SearchedStudents::loss).toArray();
    // Ranks are of quality, of which more is better.
    double[] quality = material.metric().risesWithQuality()
        ? dev
        : Arrays.stream(dev).map(each -> 0 - each).toArray();
    double[] macs =
        measured.stream().mapToDouble(each -> each.candidate().cost().macs()).toArray();
    if (measured.size() < 3) {
      return ImmutableList.of();
    }
    return ImmutableList.of(new FidelityLine(
        measured.size() + " scored networks, dev " + material.metric().key() + ", no fine-tuning",
        measured.size(),
        orNaN(RankFidelity.ofLoss(losses, quality).spearman()),
        orNaN(RankFidelity.of(macs, quality).spearman()),
        Arrays.stream(dev).min().orElse(Double.NaN),
        Arrays.stream(dev).max().orElse(Double.NaN)));
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  @Override
  public ImmutableMap<String, String> trainings() {
    return partition.subSpaces().stream()
        .collect(ImmutableMap.toImmutableMap(each -> "super-net " + each.name(), SubSpace::name));
  }

  @Override
  public ImmutableList<StageLine> stages(Timings timings) {
    return ImmutableList.of(
        new StageLine(
            "SuperLMs", partition.subSpaces().size() + " sub-spaces", timings.seconds("train")),
        new StageLine(
            "search", found.result().evaluated().size() + " candidates", timings.seconds("search")),
        new StageLine(
            "rank fidelity",
            accuracies.size() + " networks measured",
            timings.seconds("fidelity")));
  }

  @Override
  public ImmutableList<PlaceLine> places() {
    return ImmutableList.of(new PlaceLine("every scored candidate", "search/log.jsonl"));
  }
}
