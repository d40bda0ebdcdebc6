package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Metric.Target;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.recipe.EffectiveRecipe;
import dev.retort.pipeline.recipe.GeneratedRecipe;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.report.BudgetLine;
import dev.retort.pipeline.report.CandidateLine;
import dev.retort.pipeline.report.CostFigures;
import dev.retort.pipeline.report.FidelityLine;
import dev.retort.pipeline.report.HtmlReport;
import dev.retort.pipeline.report.LossCurve;
import dev.retort.pipeline.report.LossPlot;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.pipeline.report.PlaceLine;
import dev.retort.pipeline.report.ProvenanceReport;
import dev.retort.pipeline.report.Question;
import dev.retort.pipeline.report.ReportModel;
import dev.retort.pipeline.report.ScoreFigure;
import dev.retort.pipeline.report.SearchReport;
import dev.retort.pipeline.report.StageLine;
import dev.retort.pipeline.report.StudentLine;
import dev.retort.pipeline.report.SubSpaceLine;
import dev.retort.pipeline.report.TeacherLine;
import dev.retort.search.RankFidelity;
import dev.retort.search.Scored;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Cost;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.supernet.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts together what a run found: the report, and what its caller gets. */
record Findings(
    Workbench bench,
    RecipeFile recipe,
    TaskData<?> data,
    Weights teacher,
    Partition partition,
    SearchStage.Found found,
    ImmutableMap<String, Double> fidelity,
    ImmutableMap<StudentStage.Student, ImmutableMap<String, Scoring.Scores>> scores,
    StudentStage stage,
    Timings timings,
    double seconds) {

  /** Writes the report and gives the result. */
  RunResult write() {
    ReportModel report = report();
    ReportFile.write(bench.run.root(), report);
    RunFolder.write(bench.run.report(), HtmlReport.render(report));
    ImmutableList.Builder<RunResult.Student> students = ImmutableList.builder();
    scores.forEach((student, own) -> students.add(new RunResult.Student(
        student.architecture(),
        student.scored().candidate().cost(),
        Objects.requireNonNull(own.get(stage.delivered())).reported(),
        stage.folder(student, stage.delivered()))));
    return new RunResult(
        bench.run.root(),
        Scoring.Scores.read(bench.run.teacher()).reported(),
        students.build(),
        report);
  }

  private ReportModel report() {
    Cost cost = cost();
    Scoring.Scores own = Scoring.Scores.read(bench.run.teacher());
    TeacherLine teacherLine = new TeacherLine(
        "teacher",
        teacher.architecture().toString(),
        figures(cost),
        chosenOn(own),
        figure(own.reported()),
        further(own),
        "teacher");
    return new ReportModel(
        Objects.requireNonNullElse(recipe.recipe().name(), "run"),
        question(),
        teacherLine,
        students(),
        data.floors(),
        losses(),
        search(),
        fidelityLines(),
        stages(),
        seconds,
        places(),
        provenance());
  }

  private Cost cost() {
    return SearchStage.accounting(bench.recipe.search())
        .cost(teacher.architecture(), bench.recipe.counted());
  }

  private Question question() {
    List<BudgetLine> budgets = new ArrayList<>();
    bench
        .recipe
        .search()
        .budgets()
        .forEach((name, bounds) -> budgets.add(new BudgetLine(
            name,
            bounds.entrySet().stream()
                .map(each -> each.getKey() + " at most " + each.getValue())
                .collect(Collectors.joining(", ")),
            macs(Objects.requireNonNull(found.budgets().get(name))))));
    return new Question(
        data.material().task(),
        data.material().metric().key(),
        teacher.architecture().toString(),
        budgets,
        story(),
        data.test() == null ? "dev" : "test");
  }

  private String story() {
    StringBuilder story = new StringBuilder(data.material().given());
    if (bench.recipe.corpus().taskTrain() && data.material().metric().target() == Target.LABEL) {
      story.append("What is distilled on are the teacher's own training "
          + data.material().plural()
          + " without their labels, so the teacher's answers carry label information. ");
    }
    if (bench.recipe.finetune() != null
        && bench.recipe.finetune().train().labelsPerClass() != null) {
      story
          .append("The teacher was trained with ")
          .append(data.train().size())
          .append(" labels; students see ")
          .append(bench.recipe.finetune().train().labelsPerClass())
          .append(" labels a class.");
    }
    return story.toString().strip();
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

  private List<StudentLine> students() {
    List<StudentLine> lines = new ArrayList<>();
    scores.forEach((student, own) -> {
      List<MethodLine> methods = new ArrayList<>();
      own.forEach((way, measured) -> methods.add(new MethodLine(
          title(way),
          further(measured),
          chosenOn(measured),
          figure(measured.reported()),
          way.equals(stage.delivered()),
          relative(stage.folder(student, way)))));
      lines.add(new StudentLine(
          String.join(", ", student.budgets()),
          student.architecture().toString(),
          student.scored().candidate().subSpace(),
          String.join(", ", student.budgets()),
          figures(student.scored().candidate().cost()),
          methods,
          relative(bench.run.student(student.name()))));
    });
    return lines;
  }

  private static String title(String way) {
    return switch (way) {
      case StudentStage.SUPERNET -> "as the super-net gives it";
      case "scratch" -> "from scratch";
      case "teacher-slices" -> "cut from the teacher";
      case "nkd", "kd", "uskd" -> "super-net + " + way.toUpperCase(Locale.ROOT);
      default -> "super-net + " + way;
    };
  }

  private List<LossPlot> losses() {
    List<LossPlot> plots = new ArrayList<>();
    plot("teacher", "teacher", bench.run.training("teacher"), plots);
    for (SubSpace each : partition.subSpaces()) {
      plot("super-nets", "super-net " + each.name(), bench.run.training(each.name()), plots);
    }
    scores.forEach((student, own) -> {
      for (String way : own.keySet()) {
        plot(
            "students, " + student.name(),
            title(way),
            bench.run.training("finetune/" + student.name() + "/" + way),
            plots);
      }
    });
    return plots;
  }

  private static void plot(String group, String title, Path folder, List<LossPlot> plots) {
    List<StepLog.Line> lines = StepLog.read(folder);
    if (lines.isEmpty()) {
      return;
    }
    double[] steps = lines.stream().mapToDouble(StepLog.Line::step).toArray();
    List<LossCurve> curves = new ArrayList<>();
    curves.add(LossCurve.of(
        "loss",
        LossCurve.Role.TOTAL,
        steps,
        lines.stream().mapToDouble(StepLog.Line::loss).toArray()));
    List<String> terms = new ArrayList<>();
    lines.get(0).terms().fieldNames().forEachRemaining(terms::add);
    if (terms.size() > 1) {
      for (String term : terms) {
        curves.add(LossCurve.of(
            term,
            LossCurve.Role.TERM,
            steps,
            lines.stream()
                .mapToDouble(line -> line.terms().path(term).asDouble())
                .toArray()));
      }
    }
    plots.add(new LossPlot(group, title, "", "step", "loss", LossPlot.Scale.AUTO, curves));
  }

  private SearchReport search() {
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
    for (Scored scored : found.result().evaluated()) {
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
        "");
  }

  private double macs(Architecture architecture) {
    return SearchStage.accounting(bench.recipe.search())
        .cost(architecture, bench.recipe.counted())
        .macs();
  }

  private static double loss(Scored scored) {
    Double loss = scored.scores().get(SuperNetEvaluator.LOSS);
    return loss == null ? Double.NaN : loss;
  }

  private List<FidelityLine> fidelityLines() {
    List<Scored> measured = found.result().evaluated().stream()
        .filter(each -> fidelity.containsKey(each.key()))
        .toList();
    double[] accuracies = measured.stream()
        .mapToDouble(each -> fidelity.getOrDefault(each.key(), 0.0))
        .toArray();
    double[] losses = measured.stream().mapToDouble(Findings::loss).toArray();
    // Ranks are of quality, of which more is better.
    double[] quality = data.material().metric().risesWithQuality()
        ? accuracies
        : Arrays.stream(accuracies).map(each -> 0 - each).toArray();
    double[] macs =
        measured.stream().mapToDouble(each -> each.candidate().cost().macs()).toArray();
    if (measured.size() < 3) {
      return List.of();
    }
    return List.of(new FidelityLine(
        measured.size() + " scored networks, dev " + data.material().metric().key()
            + ", no fine-tuning",
        measured.size(),
        orNaN(RankFidelity.ofLoss(losses, quality).spearman()),
        orNaN(RankFidelity.of(macs, quality).spearman()),
        Arrays.stream(accuracies).min().orElse(Double.NaN),
        Arrays.stream(accuracies).max().orElse(Double.NaN)));
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  private List<StageLine> stages() {
    List<StageLine> lines = new ArrayList<>();
    GeneratedRecipe generated = bench.recipe.corpus().generated();
    if (generated != null) {
      lines.add(new StageLine(
          "corpus", generated.texts() + " texts written by the teacher", timings.seconds("data")));
    }
    lines.addAll(List.of(
        new StageLine("teacher", "read or trained", timings.seconds("teacher")),
        new StageLine(
            "SuperLMs", partition.subSpaces().size() + " sub-spaces", timings.seconds("train")),
        new StageLine(
            "search", found.result().evaluated().size() + " candidates", timings.seconds("search")),
        new StageLine(
            "rank fidelity", fidelity.size() + " networks measured", timings.seconds("fidelity")),
        new StageLine("students", scores.size() + " architectures", timings.seconds("students"))));
    return lines;
  }

  private List<PlaceLine> places() {
    List<PlaceLine> places = new ArrayList<>();
    for (StudentStage.Student student : scores.keySet()) {
      for (String format : bench.recipe.export()) {
        places.add(new PlaceLine(
            String.join(", ", student.budgets()) + ": " + format,
            relative(bench.run.student(student.name()).resolve("exports").resolve(format))));
      }
    }
    places.add(new PlaceLine("every scored candidate", "search/log.jsonl"));
    places.add(new PlaceLine("teacher", "teacher"));
    if (bench.recipe.corpus().generated() != null) {
      places.add(new PlaceLine("text that the teacher wrote", GeneratedCorpus.FILE));
    }
    return places;
  }

  private ProvenanceReport provenance() {
    JsonNode json = Provenance.read(bench.run);
    List<ProvenanceReport.Fact> facts = new ArrayList<>();
    json.path("facts")
        .fields()
        .forEachRemaining(each ->
            facts.add(new ProvenanceReport.Fact(each.getKey(), each.getValue().asText())));
    List<ProvenanceReport.Input> inputs = new ArrayList<>();
    for (JsonNode each : json.path("inputs")) {
      inputs.add(new ProvenanceReport.Input(
          each.path("path").asText(),
          each.path("bytes").asLong(),
          each.path("sha256").asText()));
    }
    return new ProvenanceReport(
        json.path("started").asText(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Long.toString(bench.recipe.seed()),
        facts,
        inputs,
        "On the same machine with the same software, the same recipe gives the same bytes;"
            + " elsewhere the same procedure, with numbers that differ as sums in another order"
            + " do.",
        bench.run.asked(),
        EffectiveRecipe.write(bench.recipe));
  }

  private String relative(Path path) {
    return Files.exists(path)
        ? bench.run.root().toAbsolutePath().relativize(path.toAbsolutePath()).toString()
        : "";
  }

  private static CostFigures figures(Cost cost) {
    return new CostFigures(cost.parameters(), cost.macs(), cost.flops());
  }

  /** The dev score where it is not the one that is reported. */
  private static ScoreFigure chosenOn(Scoring.Scores scores) {
    return scores.test() == null ? ScoreFigure.ABSENT : figure(scores.dev());
  }

  private static ScoreFigure figure(@Nullable Score score) {
    return score == null
        ? ScoreFigure.ABSENT
        : new ScoreFigure(score.value(), score.standardError().orElse(Double.NaN));
  }

  /** The further measures in words, such as {@code top-5 98.2 %, calibration error 4.1 %}. */
  private String further(Scoring.Scores scores) {
    String token = data.material() instanceof LanguageMaterial
        ? "next token"
        : data.material() instanceof MaskedMaterial ? "masked words right" : "tags right";
    return scores.further().stream()
        .map(each -> String.format(
            Locale.ROOT,
            "%s %.1f %%",
            each.metric()
                .key()
                .replace("calibration-error", "calibration error")
                .replace("token-accuracy", token)
                .replace("rouge-l", "ROUGE-L"),
            100 * each.value()))
        .collect(Collectors.joining(", "));
  }
}
